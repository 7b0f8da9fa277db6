import { type Ip, parseIp, parseIpBetween } from "@/lib/ip";

const SPACE = 32;
const TAB = 9;

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

/** `parseHop` of one element of a list: the usual spelling, an address between spaces, is read where it stands. */
export function parseHopBetween(list: string, start: number, end: number): Ip | null {
  let first = start;
  let last = end;
  while (first < last && isSpace(list.charCodeAt(first))) first++;
  while (last > first && isSpace(list.charCodeAt(last - 1))) last--;
  return parseIpBetween(list, first, last) ?? parseHop(list.slice(first, last).trim());
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
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
