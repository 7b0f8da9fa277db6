import { type Ip, type IpRange, parseRange, rangeContains } from "@/lib/ip";

/** Whose word about the visitor's address is believed: machines by their address, or the last n hops. */
export type ProxyTrust =
  | { readonly kind: "ranges"; readonly ranges: readonly IpRange[] }
  | { readonly kind: "hops"; readonly count: number };

/** The platform in front that overwrites its own headers, so that they can be believed. */
export type Platform = "vercel" | "cloudflare" | null;

/** More hops than this are never looked at, so a larger count would mean nothing. */
export const HOPS_MAX = 64;

const LOOPBACK = ["127.0.0.0/8", "::1"];
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"];
const TRUST_NOBODY: ProxyTrust = { kind: "hops", count: 0 };

/**
 * Reads `TRUSTED_PROXIES`: ranges and the words `loopback` and `private`, separated by commas or
 * spaces; or one hop count; or `none`. Nothing means loopback and private.
 * @throws Error that names the entry and what would be right.
 */
export function parseTrustedProxies(text: string | undefined): ProxyTrust {
  const entries = (text ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  const [only] = entries;
  if (only === undefined) return { kind: "ranges", ranges: toRanges([...LOOPBACK, ...PRIVATE]) };
  if (entries.length === 1) {
    if (only.toLowerCase() === "none") return TRUST_NOBODY;
    if (/^\d+$/.test(only) && Number(only) <= HOPS_MAX) return { kind: "hops", count: Number(only) };
  }
  return { kind: "ranges", ranges: entries.flatMap(rangesOf) };
}

function rangesOf(entry: string): IpRange[] {
  const word = entry.toLowerCase();
  if (word === "loopback") return toRanges(LOOPBACK);
  if (word === "private") return toRanges(PRIVATE);
  const range = parseRange(entry);
  if (range === null) throw new Error(`TRUSTED_PROXIES: "${entry}" ${advice(word)}`);
  return [range];
}

function advice(word: string): string {
  if (word === "none") return "must stand alone";
  if (/^\d+$/.test(word)) return `must stand alone as the number of proxies, 0 to ${HOPS_MAX}`;
  return 'is not understood: write addresses or ranges such as "10.0.0.0/8", "loopback", "private", "none", or one number of proxies such as "1"';
}

function toRanges(texts: readonly string[]): IpRange[] {
  return texts.map((text) => parseRange(text)).filter((range) => range !== null);
}

/** Whether the hop at `index` is trusted; the peer is index 0, as in Express's `trust proxy`. */
export function isTrustedHop(trust: ProxyTrust, ip: Ip, index: number): boolean {
  if (trust.kind === "hops") return index < trust.count;
  if (ip.version === 4) return isTrustedIpv4(trust.ranges, ip.a);
  for (const range of trust.ranges) {
    if (rangeContains(range, ip)) return true;
  }
  return false;
}

// Every request asks this of each hop, of the one list that a door has: base and mask of its IPv4 ranges, in turn.
let known: { ranges: readonly IpRange[]; ipv4: Int32Array } | null = null;

function isTrustedIpv4(ranges: readonly IpRange[], word: number): boolean {
  if (known?.ranges !== ranges) {
    const pairs = ranges
      .filter((range) => range.ip.version === 4)
      .flatMap(({ ip, prefix }) => [ip.a, prefix === 0 ? 0 : -1 << (32 - prefix)]);
    known = { ranges, ipv4: Int32Array.from(pairs) };
  }
  const { ipv4 } = known;
  for (let at = 0; at < ipv4.length; at += 2) {
    if (((word ^ (ipv4[at] as number)) & (ipv4[at + 1] as number)) === 0) return true;
  }
  return false;
}
