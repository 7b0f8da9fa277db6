import type { Activity } from "@/lib/detection/activity";
import type { DetectionRule, RuleContext } from "@/lib/detection/finding";
import { pacedWords } from "@/lib/detection/sentences";
import { ATTACK_SIGNALS } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatCount, formatPlural } from "@/lib/format";

/** 30 at the limit, 10 more for each doubling, up to `max`. */
export function scoreOver(count: number, limit: number, start: number, max: number): number {
  return Math.round(Math.min(max, start + 10 * Math.log2(Math.max(1, count / limit))));
}

/** A crawler that behaves: of an engine as far as can be told, and without a mark of an attack. */
export function isGoodCrawler(activity: Activity, { crawler }: RuleContext): boolean {
  if (crawler !== "verified" && crawler !== "unpublished") return false;
  return ATTACK_SIGNALS.every((signal) => !activity.signals[signal]);
}

export const highVolume: DetectionRule = {
  id: "high-volume",
  title: "High volume",
  description:
    "Sends more requests in an hour than a person does, or does not stop when refused for asking too often.",
  needsStatus: false,
  window: "hour",
  find(activity, thresholds, context) {
    if (activity.limited >= thresholds.limitedRequests) return findLimited(activity, thresholds);
    const limit = volumeLimit(activity, thresholds, context);
    if (activity.counted <= limit) return null;
    return {
      rule: "high-volume",
      score: scoreOver(activity.counted, limit, 35, 75),
      sentence: `${pacedWords(activity.counted, "request", activity)} (limit: ${formatCount(limit)} an hour).`,
      counts: { requests: activity.counted },
      threshold: limit,
    };
  },
};

function volumeLimit(activity: Activity, thresholds: Thresholds, context: RuleContext): number {
  if (!isGoodCrawler(activity, context)) return thresholds.requests;
  if (context.crawler === "verified") return Number.POSITIVE_INFINITY;
  return Math.max(thresholds.crawlerRequests, thresholds.requests);
}

function findLimited(activity: Activity, { limitedRequests }: Thresholds) {
  const refused = formatPlural(activity.limited, "request was", "requests were");
  return {
    rule: "high-volume" as const,
    score: scoreOver(activity.limited, limitedRequests, 35, 75),
    sentence: `${refused} refused for asking too often (limit: ${formatCount(limitedRequests)} such refusals an hour).`,
    counts: { limited: activity.limited, requests: activity.counted },
    threshold: limitedRequests,
  };
}

export const crawl: DetectionRule = {
  id: "crawl",
  title: "Crawl",
  description: "Fetches many different pages faster than anybody reads, and is no crawler that behaves.",
  needsStatus: false,
  window: "hour",
  find(activity, { crawlPaths, crawlPathsPerMinute }, context) {
    if (isGoodCrawler(activity, context) || activity.distinctPaths < crawlPaths) return null;
    const minutes = Math.max(1, (activity.lastAt - activity.firstAt) / 60_000);
    if (activity.distinctPaths / minutes < crawlPathsPerMinute) return null;
    const pages = pacedWords(activity.distinctPaths, "different page", activity);
    return {
      rule: "crawl",
      score: scoreOver(activity.distinctPaths, crawlPaths, 30, 60),
      sentence: `About ${pages} (limit: ${crawlPaths} an hour at ${crawlPathsPerMinute} a minute).`,
      counts: { distinctPaths: activity.distinctPaths },
      threshold: crawlPaths,
    };
  },
};
