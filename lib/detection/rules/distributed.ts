import type { Finding } from "@/lib/detection/finding";
import { scoreOver } from "@/lib/detection/rules/volume";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatPlural } from "@/lib/format";
import { bitsOf, formatRange, type IpRange, ipRange, networkOf, parseRange, rangeContains } from "@/lib/ip";

/** A flagged visitor: by its address, or where only hashes are kept by its network. */
export type FlaggedVisitor = { key: string; place: string; score: number };

/** The clean visitors of 30 days in a range: those in it that no rule flagged. */
export type CleanVisitors = (range: string) => number;

export type RangeProposal = {
  /** The narrowest range that holds all of them, CIDR text. */
  range: string;
  /** Keys of the visitors in it. */
  visitors: string[];
  /** Clean visitors of 30 days whom a block would have hit. */
  cleanVisitors: number;
  finding: Finding;
};

/**
 * The networks (/24, or /48 of IPv6) from which several visitors were flagged. Each yields the narrowest range around
 * them; an IPv6 range is never narrower than the /64 that one subscriber owns.
 */
export function findDistributed(
  flagged: Iterable<FlaggedVisitor>,
  cleanVisitorsIn30Days: CleanVisitors,
  { distributedVisitors }: Thresholds,
): RangeProposal[] {
  return [...byNetwork(flagged)].flatMap(([network, visitors]) => {
    if (visitors.length < distributedVisitors) return [];
    const range = formatRange(narrowest(visitors.map(({ place }) => place)));
    const cleanVisitors = cleanVisitorsIn30Days(range);
    const hit = cleanVisitors === 0 ? "no clean visitor" : formatPlural(cleanVisitors, "clean visitor");
    const finding: Finding = {
      rule: "distributed",
      score: Math.max(
        0,
        scoreOver(visitors.length, distributedVisitors, 50, 85) - penalty(cleanVisitors, visitors.length),
      ),
      sentence: `${formatPlural(visitors.length, "suspicious visitor")} in ${network} (limit: ${distributedVisitors}). Blocking ${range} would have hit ${hit} in 30 days.`,
      counts: { visitors: visitors.length, cleanVisitors },
      threshold: distributedVisitors,
    };
    return [{ range, visitors: visitors.map(({ key }) => key), cleanVisitors, finding }];
  });
}

/** The more of the range's visitors are clean, the less a block is worth it. */
function penalty(clean: number, flagged: number): number {
  return Math.round((40 * clean) / (clean + flagged));
}

function byNetwork(flagged: Iterable<FlaggedVisitor>): Map<string, FlaggedVisitor[]> {
  const networks = new Map<string, Map<string, FlaggedVisitor>>();
  for (const visitor of flagged) {
    const place = parseRange(visitor.place);
    if (place === null) continue;
    const network = formatRange(networkOf(place.ip));
    const visitors = networks.get(network) ?? new Map<string, FlaggedVisitor>();
    networks.set(network, visitors.set(visitor.key, visitor));
  }
  return new Map([...networks].map(([network, visitors]) => [network, [...visitors.values()]]));
}

/** The narrowest range that contains all of the given places. */
function narrowest(places: readonly string[]): IpRange {
  const ranges = places.map((place) => parseRange(place)).filter((range) => range !== null);
  const first = ranges[0];
  if (first === undefined) throw new Error("There is no range around no place.");
  const widest = Math.min(
    ...ranges.map(({ prefix }) => prefix),
    first.ip.version === 4 ? bitsOf(first.ip) : 64,
  );
  let prefix = widest;
  while (!ranges.every(({ ip }) => rangeContains(ipRange(first.ip, prefix), ip))) prefix--;
  return ipRange(first.ip, prefix);
}
