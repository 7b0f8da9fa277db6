import { forwardedElementStart, parseForwardedElement } from "@/lib/forwarded";
import { parseHop, parseHopBetween } from "@/lib/hop";
import type { Ip } from "@/lib/ip";
import { HOPS_MAX, isTrustedHop, type Platform, type ProxyTrust } from "@/lib/proxy-trust";

export { type PlatformGeo, platformGeo } from "@/lib/platform-geo";
export { type Platform, type ProxyTrust, parseTrustedProxies } from "@/lib/proxy-trust";

/** What Web `Headers` offer; repeated headers arrive joined by ", ". */
export type HeaderReader = { get(name: string): string | null };

/** The two headers a self-hosted proxy may write; only one is read, the other is the visitor's own. */
export const FORWARDED_HEADERS = ["x-forwarded-for", "forwarded"] as const;
export type ForwardedHeader = (typeof FORWARDED_HEADERS)[number];

/** Every header that claims an address: whoever forwards a request with a true one strips these first. */
export const FORWARDING_HEADERS: readonly string[] = [
  ...FORWARDED_HEADERS,
  "x-real-ip",
  "x-vercel-forwarded-for",
  "x-vercel-proxied-for",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-pseudo-ipv4",
  "true-client-ip",
  "client-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-forwarded-for",
  "x-forwarded",
  "forwarded-for",
  "fastly-client-ip",
  "fly-client-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-azure-socketip",
];

const PLATFORM_ADDRESS_HEADERS = {
  vercel: ["x-vercel-forwarded-for", "x-real-ip"],
  cloudflare: ["cf-connecting-ip"],
} as const;

const HEADER_LENGTH_MAX = 8_192;
const COMMA = 44;

export type ClientIpInput = {
  readonly headers: HeaderReader;
  /** The socket's address; `null` where no door can know it, which counts as a trusted hop. */
  readonly peer: string | null;
  readonly trust: ProxyTrust;
  readonly platform: Platform;
  /** Default: the first of `FORWARDED_HEADERS`. */
  readonly forwardedHeader?: ForwardedHeader;
};

export type ClientIp = {
  readonly ip: Ip;
  readonly source: "peer" | "forwarded-for" | "forwarded" | "platform";
};

/** One step of the way here, for the proxy doctor. */
export type Hop = {
  /** `peer`, or the name of the header that says it. */
  readonly origin: string;
  /** As it was written; `null` for a peer that nobody knows. */
  readonly text: string | null;
  readonly ip: Ip | null;
  readonly trusted: boolean;
  /** Whether it counted: everything nearer to this server is trusted. */
  readonly believed: boolean;
};

export type ClientIpExplanation = {
  readonly client: ClientIp | null;
  /** From this server outwards. */
  readonly hops: readonly Hop[];
  /** Headers that claim an address and were not read at all. */
  readonly ignoredHeaders: readonly string[];
};

/**
 * The visitor's address: the right-most hop that is not a trusted proxy. A chain of trusted hops gives
 * its left end; a hop that is no address is answered for by the nearest one to its right. `null` when
 * nothing believable says an address. At most 64 hops and 8 KB are read.
 */
export function clientIp(input: ClientIpInput): ClientIp | null {
  return walk(input, null);
}

/** The same walk, to its end, with everything it saw. */
export function explainClientIp(input: ClientIpInput): ClientIpExplanation {
  const hops: Hop[] = [];
  const client = walk(input, (hop) => hops.push(hop));
  const read = new Set(hops.map((hop) => hop.origin));
  const ignoredHeaders = FORWARDING_HEADERS.filter((name) => !read.has(name) && input.headers.get(name));
  return { client, hops, ignoredHeaders };
}

/** Whether forwarding headers are believed: the machine that talks to us is trusted. */
export function isPeerTrusted(peer: string | null, trust: ProxyTrust): boolean {
  return isTrustedPeer(peer, peer === null ? null : parseHop(peer), trust);
}

/** Whether the platform's own headers are believed, once `PLATFORM` says that there is one. */
export function isPlatformBelieved(peer: string | null, trust: ProxyTrust): boolean {
  return peer === null || isPeerTrusted(peer, trust);
}

function isTrustedPeer(peer: string | null, ip: Ip | null, trust: ProxyTrust): boolean {
  // Nobody knows the peer at an edge door; only "trust nobody" leaves even that one out.
  if (peer === null) return trust.kind === "ranges" || trust.count > 0;
  return ip !== null && isTrustedHop(trust, ip, 0);
}

// Behind a proxy every request has the same peer.
let lastPeer: { text: string; ip: Ip | null } = { text: "", ip: null };

function parsePeer(text: string): Ip | null {
  if (lastPeer.text !== text) lastPeer = { text, ip: parseHop(text) };
  return lastPeer.ip;
}

type OnHop = ((hop: Hop) => void) | null;

function walk(input: ClientIpInput, onHop: OnHop): ClientIp | null {
  const { headers, peer, trust, platform } = input;
  const peerIp = peer === null ? null : parsePeer(peer);
  const trusted = isTrustedPeer(peer, peerIp, trust);
  onHop?.({ origin: "peer", text: peer, ip: peerIp, trusted, believed: true });
  const own: ClientIp | null = peerIp === null ? null : { ip: peerIp, source: "peer" };
  const isOnPlatform = platform !== null && (peer === null || trusted);
  const fromPlatform = isOnPlatform ? walkPlatform(headers, platform, onHop) : null;
  if (fromPlatform !== null && onHop === null) return fromPlatform;
  if (!trusted && onHop === null) return own;
  const fromHeader = walkHeader(input, own, trusted && fromPlatform === null, onHop);
  return fromPlatform ?? fromHeader;
}

function walkPlatform(
  headers: HeaderReader,
  platform: "vercel" | "cloudflare",
  onHop: OnHop,
): ClientIp | null {
  for (const name of PLATFORM_ADDRESS_HEADERS[platform]) {
    const text = headers.get(name);
    if (text === null) continue;
    const ip = parseHop(text.slice(0, HEADER_LENGTH_MAX));
    onHop?.({ origin: name, text, ip, trusted: false, believed: ip !== null });
    if (ip !== null) return { ip, source: "platform" };
  }
  return null;
}

/** `nearest` is the answer so far; `isOpen` says whether the next hop is still believed. */
function walkHeader(
  input: ClientIpInput,
  nearest: ClientIp | null,
  isOpen: boolean,
  onHop: OnHop,
): ClientIp | null {
  const name = input.forwardedHeader ?? FORWARDED_HEADERS[0];
  const header = input.headers.get(name);
  // An empty field is no hop to tell about; the walk itself gets nothing from it.
  if (header === null || (onHop && header.trim() === "")) return nearest;
  const isRfc7239 = name === "forwarded";
  const field = header.length > HEADER_LENGTH_MAX ? header.slice(-HEADER_LENGTH_MAX) : header;
  let answer = nearest;
  let isBelieved = isOpen;
  let end = field.length;
  for (let index = 1; index <= HOPS_MAX && end >= 0; index++) {
    const start = isRfc7239 ? forwardedElementStart(field, end) : elementStart(field, end);
    // What the length limit has cut through is no hop.
    if (start === 0 && field.length < header.length) break;
    const ip = isRfc7239
      ? parseHop(parseForwardedElement(field.slice(start, end).trim())?.get("for") ?? "")
      : parseHopBetween(field, start, end);
    const trusted = ip !== null && isTrustedHop(input.trust, ip, index);
    if (onHop)
      onHop({ origin: name, text: field.slice(start, end).trim(), ip, trusted, believed: isBelieved });
    if (isBelieved && ip !== null) answer = { ip, source: isRfc7239 ? "forwarded" : "forwarded-for" };
    isBelieved &&= trusted;
    if (!isBelieved && onHop === null) break;
    end = start - 1;
  }
  return answer;
}

function elementStart(field: string, end: number): number {
  // Elements are short: counting down costs less than a call of `lastIndexOf`.
  let start = end;
  while (start > 0 && field.charCodeAt(start - 1) !== COMMA) start--;
  return start;
}
