import { natureOf } from "@/db/activity/nature";
import type { Locator, Place, PlatformPlace } from "@/db/geo";
import { isCounted } from "@/lib/detection/activity";
import { distinctBit } from "@/lib/detection/distinct";
import { type SignalOptions, signalsOf } from "@/lib/detection/signals";
import type { RequestEvent } from "@/lib/events/request-event";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { hashIp, visitorHash } from "@/lib/privacy/hash";

/** A request event as it will lie in `request_rows`: located and pseudonymised. Texts get their ids when it is written. */
export type RecordRow = {
  id: string;
  /** Of the id: milliseconds since 1970. */
  at: number;
  event: RequestEvent;
  countryCode: string | null;
  asn: number | null;
  /** `CC|city|latitude|longitude`, null where neither city nor coordinates are known. */
  place: string | null;
  /** Of the visitor: of IPv6 the /64. */
  ipHash: string;
  /** Of the single address, where the visitor is a /64. */
  addressHash: string | null;
  ip: string | null;
  network: string;
  /** What of it detection counts: see `request_rows`. */
  signals: number;
  nature: number;
  /** null of a request that does not count. */
  pathBit: number | null;
  agentBit: number;
};

export type RowDeps = {
  locator: Pick<Locator, "open" | "locate">;
  hashKey: string;
  privacy: "hashed" | "plain";
  /** What counts as a sensitive path. */
  signals?: SignalOptions;
};

/** The address that stands for "none could be read": the unspecified one. */
const NO_ADDRESS = "0.0.0.0";

/** Rows of a batch, in order of id, each id once. */
export function toRows(events: readonly RequestEvent[], deps: RowDeps): RecordRow[] {
  const byId = new Map<string, RequestEvent>();
  for (const event of events) if (!byId.has(event.id)) byId.set(event.id, event);
  const visitors = new Map<string | null, Visitor>();
  const rows = [...byId.values()].map((event) => {
    let visitor = visitors.get(event.ip);
    if (!visitor) {
      visitor = visitorOf(event.ip, deps);
      visitors.set(event.ip, visitor);
    }
    return toRow(event, visitor, deps);
  });
  return rows.sort((x, y) => (x.id < y.id ? -1 : 1));
}

/** The addresses of events, each once. */
export function addressesOf(events: readonly RequestEvent[]): Ip[] {
  return [...new Set(events.map((event) => event.ip))].flatMap((ip) => parseIp(ip ?? "") ?? []);
}

type Visitor = Pick<RecordRow, "ipHash" | "addressHash" | "network"> & { located: Place };

/** What follows from an address alone: hashing it twice costs more than all else that is done for a request. */
function visitorOf(text: string | null, deps: RowDeps): Visitor {
  const ip = parseIp(text ?? NO_ADDRESS) ?? (parseIp(NO_ADDRESS) as Ip);
  return {
    located: deps.locator.locate(ip),
    ipHash: visitorHash(ip, deps.hashKey),
    addressHash: ip.version === 6 ? hashIp(ip, deps.hashKey) : null,
    network: formatNetwork(ip),
  };
}

function toRow(event: RequestEvent, visitor: Visitor, deps: RowDeps): RecordRow {
  const { located, ...pseudonym } = visitor;
  // The last use of the query string: only what it shows of an attack is kept.
  const signals = signalsOf(event, deps.signals);
  const signedIn = event.userId !== null;
  const place = event.place?.countryCode ? event.place : located;
  return {
    ...pseudonym,
    id: event.id,
    at: Number.parseInt(event.id.slice(0, 8) + event.id.slice(9, 13), 16),
    event,
    countryCode: place.countryCode,
    asn: located.asn,
    place: placeText(place),
    ip: deps.privacy === "plain" ? event.ip : null,
    signals,
    nature: natureOf({ ...event, signals, signedIn }),
    pathBit: isCounted({ ...event, signals, signedIn }) ? distinctBit(event.path) : null,
    agentBit: distinctBit(event.userAgent),
  };
}

/** To a hundredth of a degree, about a kilometre: no city is known better. */
function placeText({ countryCode, city, latitude, longitude }: PlatformPlace): string | null {
  if (city === null && (latitude === null || longitude === null)) return null;
  const at = latitude === null || longitude === null ? "|" : `${latitude.toFixed(2)}|${longitude.toFixed(2)}`;
  return `${countryCode ?? ""}|${city?.replaceAll("|", " ") ?? ""}|${at}`;
}

/** The network in the form that the type `cidr` takes: always with its prefix. */
export function formatNetwork(ip: Ip): string {
  return formatRange(networkOf(ip));
}
