import { ENGINES, type Engine } from "@/lib/crawlers/engines";
import type { CrawlerStanding } from "@/lib/detection/finding";
import { classifyIp, type IpRange, parseRange, rangeContains } from "@/lib/ip";
import { classifyUserAgent } from "@/lib/user-agent";

type Places = { readonly published: readonly IpRange[]; readonly own: readonly IpRange[] };

const rangesOf = (texts: readonly string[]) => texts.map(parseRange).filter((range) => range !== null);
const PLACES = new Map<Engine, Places>(
  ENGINES.map((engine) => [engine, { published: rangesOf(engine.published), own: rangesOf(engine.own) }]),
);

/** The engine whose crawler a user agent says it is, of those that publish their addresses. */
export function claimedEngine(userAgent: string): Engine | null {
  const lower = userAgent.slice(0, 512).toLowerCase();
  return ENGINES.find(({ marks }) => marks.some((mark) => lower.includes(mark))) ?? null;
}

/**
 * How a visitor stands who came under these user agents from `place`: its address, or where only its network is kept,
 * the network, which then needs to touch a published range only. Private addresses prove nothing: a proxy's, or a test.
 */
export function crawlerStanding(userAgents: readonly string[], place: string): CrawlerStanding {
  const range = parseRange(place);
  const engines = [...new Set(userAgents.map(claimedEngine))];
  const claimed = engines.filter((engine) => engine !== null);
  if (claimed.length === 0 || range === null || classifyIp(range.ip) !== "public") {
    return userAgents.length > 0 && userAgents.every(isCrawlerAgent) ? "unpublished" : "none";
  }
  const touches = (ranges: readonly IpRange[]) => ranges.some((one) => overlaps(one, range));
  const places = claimed.map((engine) => PLACES.get(engine) as Places);
  if (places.every(({ published }) => touches(published))) return "verified";
  return places.every(({ published, own }) => touches(published) || touches(own))
    ? "unpublished"
    : "impostor";
}

function isCrawlerAgent(userAgent: string): boolean {
  return classifyUserAgent(userAgent).class === "crawler";
}

function overlaps(one: IpRange, other: IpRange): boolean {
  return rangeContains(one, other.ip) || rangeContains(other, one.ip);
}
