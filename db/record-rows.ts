import { natureOf } from "@/db/activity/nature";
import type { Locator, Place } from "@/db/geo";
import { isCounted } from "@/lib/detection/activity";
import { distinctBit } from "@/lib/detection/distinct";
import { type SignalOptions, signalsOf } from "@/lib/detection/signals";
import type { RequestEvent } from "@/lib/events/request-event";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { hashIp, visitorHash } from "@/lib/privacy/hash";

/** A request event as it will lie in `request_logs`: located, pseudonymised, its agent looked up. */
export type RecordRow = {
  id: string;
  occurredAt: Date;
  userAgentId: number | null;
  userAgent: string | null;
  event: RequestEvent;
  place: Pick<Place, "countryCode" | "city" | "latitude" | "longitude" | "asn">;
  /** Of the visitor: of IPv6 the /64. */
  ipHash: string;
  /** Of the single address, where the visitor is a /64. */
  addressHash: string | null;
  ip: string | null;
  network: string;
  /** What of it detection counts: see `request_logs`. */
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
export function toRows(
  events: readonly RequestEvent[],
  agents: ReadonlyMap<string, number>,
  deps: RowDeps,
): RecordRow[] {
  const byId = new Map<string, RecordRow>();
  for (const event of events) if (!byId.has(event.id)) byId.set(event.id, toRow(event, agents, deps));
  return [...byId.values()].sort((x, y) => (x.id < y.id ? -1 : 1));
}

export function addressesOf(events: readonly RequestEvent[]): Ip[] {
  return events.flatMap((event) => parseIp(event.ip ?? "") ?? []);
}

function toRow(event: RequestEvent, agents: ReadonlyMap<string, number>, deps: RowDeps): RecordRow {
  const ip = parseIp(event.ip ?? NO_ADDRESS) ?? (parseIp(NO_ADDRESS) as Ip);
  const located = deps.locator.locate(ip);
  const userAgentId = agents.get(event.userAgent) ?? null;
  // The last use of the query string: only what it shows of an attack is kept.
  const signals = signalsOf(event, deps.signals);
  const signedIn = event.userId !== null;
  return {
    id: event.id,
    occurredAt: new Date(event.at),
    userAgentId,
    userAgent: userAgentId === null && event.userAgent ? event.userAgent : null,
    event,
    place: event.place?.countryCode ? { ...event.place, asn: located.asn } : located,
    ipHash: visitorHash(ip, deps.hashKey),
    addressHash: ip.version === 6 ? hashIp(ip, deps.hashKey) : null,
    ip: deps.privacy === "plain" ? event.ip : null,
    network: formatNetwork(ip),
    signals,
    nature: natureOf({ ...event, signals, signedIn }),
    pathBit: isCounted({ ...event, signals, signedIn }) ? distinctBit(event.path) : null,
    agentBit: distinctBit(event.userAgent),
  };
}

/** The network in the form that the type `cidr` takes: always with its prefix. */
export function formatNetwork(ip: Ip): string {
  return formatRange(networkOf(ip));
}
