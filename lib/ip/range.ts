import { formatIp } from "@/lib/ip/format";
import { type Ip, ipv4, ipv6, parseIp } from "@/lib/ip/parse";

/** A network: `ip` is its first address (host bits zero), `prefix` its length in bits. */
export type IpRange = { readonly ip: Ip; readonly prefix: number };

/** Width of an address in bits: 32 or 128. */
export function bitsOf(ip: Ip): 32 | 128 {
  return ip.version === 4 ? 32 : 128;
}

export function ipRange(ip: Ip, prefix: number): IpRange {
  return { ip: maskIp(ip, prefix), prefix };
}

/**
 * Reads an address, a CIDR range (RFC 4632, RFC 4291 2.3) or an IPv4 address with a netmask
 * (`10.0.0.0/255.0.0.0`). Host bits are cleared; a range of IPv4-mapped addresses becomes the IPv4
 * range. `null` when it is none of these.
 */
export function parseRange(text: string): IpRange | null {
  const slash = text.indexOf("/");
  if (slash < 0) {
    const single = parseIp(text);
    return single === null ? null : { ip: single, prefix: bitsOf(single) };
  }
  const addressText = text.slice(0, slash);
  const ip = parseIp(addressText);
  if (ip === null) return null;
  const isIpv6Text = addressText.includes(":");
  const prefix = parsePrefix(text.slice(slash + 1), isIpv6Text);
  // A mapped range wider than /96 would hold more than IPv4 addresses: it has no IPv4 form.
  const ownPrefix = ip.version === 4 && isIpv6Text ? prefix - 96 : prefix;
  return ownPrefix < 0 || ownPrefix > bitsOf(ip) ? null : ipRange(ip, ownPrefix);
}

function parsePrefix(text: string, isIpv6Text: boolean): number {
  if (text.length === 0) return -1;
  if (text.length > 3) return isIpv6Text ? -1 : parseNetmask(text);
  let prefix = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9 || (index > 0 && prefix === 0)) return -1;
    prefix = prefix * 10 + digit;
  }
  return prefix;
}

/** Length of a contiguous IPv4 netmask, or -1. */
function parseNetmask(text: string): number {
  const mask = parseIp(text);
  if (mask?.version !== 4 || text.includes(":")) return -1;
  const host = ~mask.a >>> 0;
  return (host & (host + 1)) === 0 ? Math.clz32(host) : -1;
}

/** CIDR text; a single address prints without a prefix. */
export function formatRange(range: IpRange): string {
  return isSingle(range) ? formatIp(range.ip) : `${formatIp(range.ip)}/${range.prefix}`;
}

export function isSingle(range: IpRange): boolean {
  return range.prefix === bitsOf(range.ip);
}

export function rangeContains(range: IpRange, ip: Ip): boolean {
  const { ip: network, prefix } = range;
  if (network.version !== ip.version || ((network.a ^ ip.a) & wordMask(prefix)) !== 0) return false;
  if (prefix <= 32) return true;
  return (
    ((network.b ^ ip.b) & wordMask(prefix - 32)) === 0 &&
    ((network.c ^ ip.c) & wordMask(prefix - 64)) === 0 &&
    ((network.d ^ ip.d) & wordMask(prefix - 96)) === 0
  );
}

/** The address with everything after the first `prefix` bits cleared. */
export function maskIp(ip: Ip, prefix: number): Ip {
  if (ip.version === 4) return ipv4(ip.a & wordMask(prefix));
  return ipv6(
    ip.a & wordMask(prefix),
    ip.b & wordMask(prefix - 32),
    ip.c & wordMask(prefix - 64),
    ip.d & wordMask(prefix - 96),
  );
}

/** The mask of one word, of which the first `bits` bits count. */
function wordMask(bits: number): number {
  // Shifting by 32 is shifting by 0 in JavaScript.
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** Sort order: IPv4 before IPv6, then by number. Negative, zero or positive. */
export function compareIp(x: Ip, y: Ip): number {
  return x.version - y.version || x.a - y.a || x.b - y.b || x.c - y.c || x.d - y.d;
}

/** The network that stands for a visitor in public: /24 of IPv4, /48 of IPv6. */
export function networkOf(ip: Ip): IpRange {
  return ipRange(ip, ip.version === 4 ? 24 : 48);
}

/** The /64 that one IPv6 subscriber owns at least (RFC 6177); `null` for IPv4. */
export function subnetOf(ip: Ip): IpRange | null {
  return ip.version === 4 ? null : ipRange(ip, 64);
}

/** What is counted and limited as one visitor: the IPv4 address, or the IPv6 /64. */
export function limitKeyOf(ip: Ip): string {
  return formatRange(subnetOf(ip) ?? { ip, prefix: 32 });
}
