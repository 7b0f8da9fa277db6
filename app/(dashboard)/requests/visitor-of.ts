import type { VisitorSelector } from "@/db/request-logs";
import { type Ip, parseRange } from "@/lib/ip";
import { hashIp, visitorHash } from "@/lib/privacy/hash";
import { parseAddressQuery } from "@/lib/request-filter";

export type VisitorSearch = { selector: VisitorSelector | null; problem: string | null };
export type SearchPrivacy = { privacy: "hashed" | "plain"; hashKey: string };

const WRONG = "No address or range. Right would be 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.";
const NARROW =
  "Addresses are kept as hashes: a range must be at least a /24, or a /48 or exactly a /64 of IPv6.";

/** Which visitors the text in the field "Address" means, by the hash of an address; or what is wrong with it. */
export function visitorOf(text: string, { privacy, hashKey }: SearchPrivacy): VisitorSearch {
  if (!text) return { selector: null, problem: null };
  const query = parseAddressQuery(text);
  switch (query?.kind) {
    case "address":
      return { selector: addressSelector(query.ip, hashKey), problem: null };
    case "hash":
      return {
        selector: { hashPrefix: query.hashPrefix, ...(query.network ? { network: query.network } : {}) },
        problem: null,
      };
    case "network": {
      if (!query.isNarrow) return { selector: { network: query.network }, problem: null };
      const subnet = subnetSelector(query.network, hashKey);
      if (subnet) return { selector: subnet, problem: null };
      if (privacy === "plain") return { selector: { addressIn: query.network }, problem: null };
      return { selector: null, problem: NARROW };
    }
    case undefined:
      return { selector: null, problem: WRONG };
  }
}

function addressSelector(ip: Ip, hashKey: string): VisitorSelector {
  const hashPrefix = visitorHash(ip, hashKey);
  return ip.version === 4 ? { hashPrefix } : { hashPrefix, addressHash: hashIp(ip, hashKey) };
}

/** The visitor that a /64 of IPv6 is; null for every other range. */
function subnetSelector(range: string, hashKey: string): VisitorSelector | null {
  const parsed = parseRange(range);
  if (parsed?.ip.version !== 6 || parsed.prefix !== 64) return null;
  return { hashPrefix: visitorHash(parsed.ip, hashKey) };
}
