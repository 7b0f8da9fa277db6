import { groupBy } from "@/bench/eval/group";
import { crawlerStanding } from "@/lib/crawlers/standing";
import { type ActivityRequest, gatherActivity } from "@/lib/detection/activity";
import { examine } from "@/lib/detection/examine";
import {
  findCredentialStuffing,
  findScriptSearches,
  missingScriptsOf,
  networkLoginsOf,
  type RuleId,
} from "@/lib/detection/rules";
import { hasSignal } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";

const BATCH = 10_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Which rules flagged an address. */
export type Flags = Map<string, Set<RuleId>>;

/**
 * What the product would flag of these requests, its clock being that of the log: each batch's addresses over their last
 * hour, networks with failed logins likewise, everybody every hour, and over the last day for the patient ones and for
 * those who search for one script together.
 */
export function flagRequests(requests: readonly ActivityRequest[], thresholds: Thresholds): Flags {
  const flags: Flags = new Map();
  const flag = (key: string, rule: RuleId) => flags.set(key, (flags.get(key) ?? new Set()).add(rule));
  const sorted = [...requests].sort((one, other) => one.at - other.at);
  for (const [key, own] of groupBy(sorted, (request) => request.key)) {
    for (const now of momentsOf(own, BATCH)) look(key, within(own, now, HOUR), HOUR);
    for (const now of momentsOf(own, HOUR)) {
      look(key, within(own, now, HOUR), HOUR);
      look(key, within(own, now, DAY), DAY);
    }
  }
  const failing = sorted.filter(({ signals }) => hasSignal(signals, "login-failure"));
  for (const now of momentsOf(failing, BATCH)) {
    const window = within(failing, now, HOUR);
    const stuffed = findCredentialStuffing(networkLoginsOf(gatherActivity(window).values()), thresholds);
    const networks = new Set(stuffed.map(({ network }) => network));
    for (const request of window) if (networks.has(request.network)) flag(request.key, "credential-stuffing");
  }
  const searching = sorted.filter(({ signals }) => hasSignal(signals, "missing-script"));
  for (const now of momentsOf(searching, HOUR)) {
    for (const { key } of findScriptSearches(missingScriptsOf(within(sorted, now, DAY)), thresholds))
      flag(key, "path-probing");
  }
  return flags;

  function look(key: string, own: readonly ActivityRequest[], window: number): void {
    const activity = gatherActivity(own).get(key);
    if (activity === undefined) return;
    const crawler = crawlerStanding([...new Set(own.map(({ userAgent }) => userAgent))], key);
    const context = { crawler, samples: [], windowSeconds: window / 1000 };
    for (const { rule } of examine(activity, thresholds, context)?.findings ?? []) flag(key, rule);
  }
}

/** The ends of the steps of the clock in which something happened. */
function momentsOf(sorted: readonly ActivityRequest[], step: number): number[] {
  return [...new Set(sorted.map(({ at }) => (Math.floor(at / step) + 1) * step))];
}

function within(sorted: readonly ActivityRequest[], now: number, window: number): ActivityRequest[] {
  return sorted.slice(firstFrom(sorted, now - window), firstFrom(sorted, now));
}

/** Index of the first request at or after a moment. */
function firstFrom(sorted: readonly ActivityRequest[], moment: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as ActivityRequest).at < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
