import "@/lib/zod-in-browser";
import { z } from "zod";
import { ACTIONS, type Action } from "@/lib/guard/verdict";
import { formatRange, type Ip, isSingle, limitKeyOf, parseIp, parseRange } from "@/lib/ip";
import { isRangeName, type RangeName, rangeUntil, type TimeRange } from "@/lib/time-range";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
export const STATUS_CLASSES = ["2xx", "3xx", "4xx", "5xx"] as const;
/** What a request was for: a page, an interface, data of a page, a page fetched ahead, or a file that a page needs. */
export const KINDS = ["page", "api", "data", "prefetch", "asset"] as const;
export type Kind = (typeof KINDS)[number];
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** What the page "Requests" shows, as it stands in the URL. Empty text and null mean "any". */
export type RequestFilter = {
  range: RangeName;
  /** A span of its own, which stands in for `range`. */
  span: TimeRange | null;
  address: string;
  path: string;
  method: string | null;
  verdict: Action | null;
  country: string | null;
  status: StatusClass | null;
  kind: Kind | null;
};

export type PageCursor = { before: string | null; after: string | null };

const SPAN_MAX_MS = 400 * 86_400_000;
const text = (max: number) => z.string().trim().max(max).catch("");
const optional = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null);
const instant = z.iso
  .datetime({ local: true, offset: true })
  .or(z.iso.datetime({ local: true, precision: -1 }));

const schema = z.object({
  range: z.string().refine(isRangeName).catch("24h"),
  from: optional(instant),
  to: optional(instant),
  address: text(100),
  path: text(2048),
  method: optional(
    z
      .string()
      .trim()
      .toUpperCase()
      .pipe(z.string().regex(/^[A-Z-]{1,20}$/)),
  ),
  verdict: optional(z.enum(ACTIONS)),
  country: optional(
    z
      .string()
      .trim()
      .toUpperCase()
      .pipe(z.string().regex(/^[A-Z]{2}$/)),
  ),
  status: optional(z.enum(STATUS_CLASSES)),
  kind: optional(z.enum(KINDS)),
  before: optional(z.uuid()),
  after: optional(z.uuid()),
});

export type SearchParams = Record<string, string | string[] | undefined>;

/** The first value of each parameter: a repeated one has no meaning here. */
export function firstValues(params: SearchParams): Record<string, string | null> {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    Array.isArray(value) ? value[0] : value,
  ]);
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? null]));
}

// A time without a zone is UTC: a form field for date and time has none to give.
const readInstant = (value: string) => new Date(/[zZ]|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`);

function readSpan(from: string | null, to: string | null, now: Date): TimeRange | null {
  if (!from && !to) return null;
  const end = to ? readInstant(to) : now;
  const start = from ? readInstant(from) : new Date(end.getTime() - 86_400_000);
  const length = end.getTime() - start.getTime();
  return length > 0 && length <= SPAN_MAX_MS ? { from: start, to: end } : null;
}

/** Reads a filter from a query string. What makes no sense is left out rather than refused: a link never fails. */
export function parseRequestFilter(
  params: SearchParams,
  now: Date,
): { filter: RequestFilter; cursor: PageCursor } {
  const values = firstValues(params);
  const read = schema.parse({
    ...Object.fromEntries(Object.keys(schema.shape).map((key) => [key, null])),
    ...values,
  });
  const { from, to, before, after, range, ...rest } = read;
  const filter = {
    ...rest,
    range: isRangeName(range) ? range : "24h",
    span: readSpan(from, to, now),
  } as const;
  return { filter, cursor: { before, after: before ? null : after } };
}

/** The query string of a filter, without what is left at its default, in one order. */
export function requestQuery(filter: Partial<RequestFilter>, cursor: Partial<PageCursor> = {}): string {
  const params = new URLSearchParams();
  if (filter.span) {
    params.set("from", filter.span.from.toISOString());
    params.set("to", filter.span.to.toISOString());
  } else if (filter.range && filter.range !== "24h") params.set("range", filter.range);
  for (const name of ["address", "path", "method", "verdict", "country", "status", "kind"] as const) {
    const value = filter[name];
    if (value) params.set(name, value);
  }
  if (cursor.before) params.set("before", cursor.before);
  if (cursor.after) params.set("after", cursor.after);
  const query = params.toString();
  return query && `?${query}`;
}

/** The span of time that a filter asks for. */
export function spanOf(filter: RequestFilter, now: Date): TimeRange {
  return filter.span ?? rangeUntil(now, filter.range);
}

/** What a person means by the text in the field "Address". */
export type AddressQuery =
  | { kind: "address"; ip: Ip }
  | { kind: "network"; network: string /** Narrower than the networks that are stored. */; isNarrow: boolean }
  | { kind: "hash"; hashPrefix: string; network: string | null };

/**
 * Reads an address, a range, a visitor's hash (32 hex digits) or a handle as the tables show it
 * (`203.0.113.0/24 · 7f3a9c`); null where it is none of these.
 */
export function parseAddressQuery(input: string): AddressQuery | null {
  const query = input.trim();
  if (/^[0-9a-f]{32}$/i.test(query)) return { kind: "hash", hashPrefix: query.toLowerCase(), network: null };
  const handle = /^(\S+)\s*[·:\s]\s*([0-9a-f]{6,32})$/i.exec(query);
  if (handle) {
    const network = parseRange(handle[1] as string);
    if (!network || !handle[1]?.includes("/")) return null;
    return { kind: "hash", hashPrefix: (handle[2] as string).toLowerCase(), network: formatRange(network) };
  }
  const range = parseRange(query);
  if (!range) return null;
  if (isSingle(range)) return { kind: "address", ip: range.ip };
  return {
    kind: "network",
    network: formatRange(range),
    isNarrow: range.prefix > (range.ip.version === 4 ? 24 : 48),
  };
}

/** `203.0.113.0/24 · 7f3a9c`, or the address where it is stored. */
export function handleOf(visitor: { ip: string | null; network: string; ipHash: string }): string {
  return visitor.ip ?? `${visitor.network} · ${visitor.ipHash.slice(0, 6)}`;
}

/** What a rule on this visitor is made on: the address or the /64 of IPv6, or the hash where addresses are not stored. */
export function visitorTarget({ ip, ipHash }: { ip: string | null; ipHash: string }): string {
  const parsed = ip === null ? null : parseIp(ip);
  return parsed ? limitKeyOf(parsed) : ipHash;
}
