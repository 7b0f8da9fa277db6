import type { Ip } from "@/lib/ip/parse";
import { type IpRange, parseRange, rangeContains } from "@/lib/ip/range";

/** What an address is for, by the IANA special-purpose registries (RFC 6890, RFC 8190). */
export type IpClass =
  | "public"
  | "loopback"
  | "private"
  | "link-local"
  | "cgnat"
  | "documentation"
  | "benchmarking"
  | "multicast"
  | "reserved"
  | "unspecified";

type ClassifiedRange = { readonly range: IpRange; readonly class: IpClass };

// The most specific range comes first: the first match decides.
const IPV4_CLASSES = table([
  ["0.0.0.0/32", "unspecified"],
  ["0.0.0.0/8", "reserved"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "cgnat"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.9/32", "public"],
  ["192.0.0.10/32", "public"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarking"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["0.0.0.0/0", "public"],
]);

// 6to4 (2002::/16) and Teredo (2001::/32) are "N/A" in the registry; visitors do arrive from them over
// the public network, so they are judged like any other visitor.
const IPV6_CLASSES = table([
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["64:ff9b::/96", "public"],
  ["2001::/32", "public"],
  ["2001:1::1/128", "public"],
  ["2001:1::2/128", "public"],
  ["2001:1::3/128", "public"],
  ["2001:2::/48", "benchmarking"],
  ["2001:3::/32", "public"],
  ["2001:4:112::/48", "public"],
  ["2001:20::/28", "public"],
  ["2001:30::/28", "public"],
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "documentation"],
  ["3fff::/20", "documentation"],
  ["2000::/3", "public"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["ff00::/8", "multicast"],
  // Everything that is not global unicast: 64:ff9b:1::/48, 100::/64, 5f00::/16, fec0::/10, …
  ["::/0", "reserved"],
]);

export function classifyIp(ip: Ip): IpClass {
  for (const entry of ip.version === 4 ? IPV4_CLASSES : IPV6_CLASSES) {
    if (rangeContains(entry.range, ip)) return entry.class;
  }
  return "reserved";
}

/** Whether the address can belong to a visitor from the internet, and so have a place on the map. */
export function isPublicIp(ip: Ip): boolean {
  return classifyIp(ip) === "public";
}

function table(rows: readonly (readonly [string, IpClass])[]): readonly ClassifiedRange[] {
  return rows.map(([text, ipClass]) => {
    const range = parseRange(text);
    if (range === null) throw new Error(`"${text}" in the table of address classes is no range`);
    return { range, class: ipClass };
  });
}
