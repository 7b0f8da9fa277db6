import { type Ip, parseIp } from "@/lib/ip/parse";

/** Canonical text: dotted decimal, or RFC 5952 (lower case, the first longest run of zeros as "::"). */
export function formatIp(ip: Ip): string {
  return ip.version === 4 ? formatIpv4(ip.a) : formatIpv6(ip);
}

/** The one spelling by which an address is compared and stored; `null` when `text` is no address. */
export function canonicalIp(text: string): string | null {
  const ip = parseIp(text);
  return ip === null ? null : formatIp(ip);
}

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function formatIpv6(ip: Ip): string {
  let gapStart = -1;
  let gapLength = 1;
  for (let index = 0; index < 8; index++) {
    let end = index;
    while (end < 8 && groupAt(ip, end) === 0) end++;
    // RFC 5952 4.2.2: one zero group alone is not shortened; 4.2.3: the first of equal runs is.
    if (end - index > gapLength) {
      gapStart = index;
      gapLength = end - index;
    }
    if (end > index) index = end;
  }
  let text = "";
  for (let index = 0; index < 8; index++) {
    if (index === gapStart) {
      text += "::";
      index += gapLength - 1;
      continue;
    }
    if (index > 0 && index !== gapStart + gapLength) text += ":";
    text += groupAt(ip, index).toString(16);
  }
  return text;
}

function groupAt(ip: Ip, index: number): number {
  const word = index < 2 ? ip.a : index < 4 ? ip.b : index < 6 ? ip.c : ip.d;
  return index % 2 === 0 ? word >>> 16 : word & 0xffff;
}
