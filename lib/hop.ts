import { type Ip, parseIp } from "@/lib/ip";

/**
 * Reads an address as proxies and sockets write it: with a port, in brackets, with a zone, in quotes
 * (RFC 7239 6: `"[2001:db8::1%25eth0]:4711"`). `null` for `unknown`, `_hidden` and garbage.
 */
export function parseHop(text: string): Ip | null {
  const plain = parseIp(text);
  if (plain !== null) return plain;
  const node = withoutQuotes(text.trim());
  if (node.startsWith("[")) {
    const end = node.indexOf("]");
    const inside = end < 0 ? "" : node.slice(1, end);
    return inside.includes(":") && isPortSuffix(node, end + 1) ? parseIp(withoutZone(inside)) : null;
  }
  const colon = node.indexOf(":");
  // One colon: an IPv4 address and a port. More: an IPv6 address, whose last group is no port.
  if (colon >= 0 && colon === node.lastIndexOf(":")) {
    return isPortSuffix(node, colon) ? parseIp(node.slice(0, colon)) : null;
  }
  return parseIp(colon < 0 ? node : withoutZone(node));
}

function withoutQuotes(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** `fe80::1%eth0` names a link of that machine; the address is what stands before (RFC 4007 11). */
function withoutZone(text: string): string {
  const percent = text.indexOf("%");
  return percent < 0 || percent === text.length - 1 ? text : text.slice(0, percent);
}

/** Nothing, or `:` and a port: up to five digits, or an obfuscated one (RFC 7239 6.3). */
function isPortSuffix(text: string, start: number): boolean {
  return /^(?::(?:\d{1,5}|_[\w.-]{1,64}))?$/.test(text.slice(start));
}
