import type { Finding } from "@/lib/detection/finding";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatCount, formatPlural } from "@/lib/format";

/** All requests of the site in one hour of the clock. */
export type HourTraffic = {
  /** Start of the hour, milliseconds since 1970. */
  at: number;
  requests: number;
};

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;

/**
 * Whether the site's hour stands out against the same hour of the weeks before and its neighbours; `null` until the
 * baseline reaches back a whole week. The median: one earlier attack does not raise what counts as usual.
 */
export function findTrafficSpike(
  now: HourTraffic,
  baseline: readonly HourTraffic[],
  { spikeFactor, spikeRequests }: Thresholds,
): Finding | null {
  if (now.requests < spikeRequests || !baseline.some(({ at }) => at <= now.at - WEEK)) return null;
  const same = baseline.filter(({ at }) => at < now.at && hoursApart(at, now.at) <= 1);
  const usual = medianOf(same.map(({ requests }) => requests));
  if (now.requests < spikeFactor * Math.max(usual, 1)) return null;
  const times = formatCount(Math.round(now.requests / Math.max(usual, 1)));
  return {
    rule: "traffic-spike",
    score: Math.round(Math.min(80, 40 + 10 * Math.log2(now.requests / (spikeFactor * Math.max(usual, 1))))),
    sentence: `${formatPlural(now.requests, "request")} in this hour, ${times} times the usual ${formatCount(usual)} at this hour of the week (limit: ${spikeFactor} times).`,
    counts: { requests: now.requests, usual, hoursCompared: same.length },
    threshold: spikeFactor * usual,
  };
}

/** Hours between two moments on the circle of a week. */
function hoursApart(one: number, other: number): number {
  const apart = (((other - one) % WEEK) + WEEK) % WEEK;
  return Math.round(Math.min(apart, WEEK - apart) / HOUR);
}

function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2);
}
