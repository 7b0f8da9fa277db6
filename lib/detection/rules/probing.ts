import { type Activity, FAILED_STATUSES } from "@/lib/detection/activity";
import type { DetectionRule, Finding, RuleContext } from "@/lib/detection/finding";
import { isGoodCrawler, scoreOver } from "@/lib/detection/rules/volume";
import { askedFor, namedPaths, pacedWords } from "@/lib/detection/sentences";
import { ATTACK_SIGNALS } from "@/lib/detection/signals";
import { formatPlural } from "@/lib/format";

const SLOW_PATHS = 4;

export const pathProbing: DetectionRule = {
  id: "path-probing",
  title: "Path probing",
  description:
    "Asks for many different paths that the site answers 400, 403 or 404, static files aside; or for nothing but scripts that it does not have.",
  needsStatus: true,
  window: "hour",
  find(activity, { failedPaths, missingScripts }, context) {
    if (isGoodCrawler(activity, context)) return null;
    if (activity.failedPaths < failedPaths) return findMissingScripts(activity, missingScripts, context);
    const missing = context.samples.filter(
      ({ status }) => status !== null && FAILED_STATUSES.includes(status),
    );
    const named = namedPaths(missing, activity.failedPaths);
    const asked = named && ` Asked for ${named} that do not exist or are refused.`;
    return {
      rule: "path-probing",
      score: scoreOver(activity.failedPaths, failedPaths, 50, 85),
      sentence: `${pacedWords(activity.failedPaths, "path", activity)} answered 400, 403 or 404 (limit: ${failedPaths} an hour).${asked}`,
      counts: { failedPaths: activity.failedPaths, failed: activity.failed },
      threshold: failedPaths,
    };
  },
};

/** Fewer will do of somebody who follows no link: whoever was served a page may have found them there. */
function findMissingScripts(activity: Activity, limit: number, { samples }: RuleContext): Finding | null {
  const { failed, failedPaths, answeredOtherwise } = activity;
  const scripts = Math.min(activity.signals["missing-script"] ?? 0, failedPaths);
  if (scripts < limit || answeredOtherwise) return null;
  return {
    rule: "path-probing",
    score: scoreOver(scripts, limit, 45, 70),
    sentence: `${pacedWords(scripts, "script", activity)} that the site does not have, and nothing else (limit: ${limit} an hour).${askedFor(samples, "missing-script")}`,
    counts: { missingScripts: scripts, failedPaths, failed },
    threshold: limit,
  };
}

export const adminProbing: DetectionRule = {
  id: "admin-probing",
  title: "Admin probing",
  description:
    "Looks for administration interfaces, or for those of other software that the site does not have.",
  needsStatus: false,
  window: "hour",
  find(activity, { adminProbes, adminRefusals }, { samples }) {
    if (activity.signedIn) return null;
    const count = activity.signals["admin-probe"] ?? 0;
    const { adminRefused } = activity;
    const isRefused = adminRefused >= adminRefusals;
    if (!isRefused && count < adminProbes) return null;
    const words = pacedWords(
      count,
      "request for an administration interface",
      activity,
      "requests for administration interfaces",
    );
    const refused =
      adminRefused > 0 ? `, ${adminRefused} of them answered that there is none or refused` : "";
    const threshold = isRefused ? adminRefusals : adminProbes;
    return {
      rule: "admin-probing",
      score: scoreOver(count, threshold, isRefused ? 50 : 40, 75),
      sentence: `${words}${refused} (limit: ${threshold} an hour).${askedFor(samples, "admin-probe")}`,
      counts: { adminProbes: count, adminRefused },
      threshold,
    };
  },
};

export const sensitivePath: DetectionRule = {
  id: "sensitive-path",
  title: "Sensitive paths",
  description:
    "Keeps asking for paths that few visitors need, or is refused there; opening a login page once is no offence.",
  needsStatus: false,
  window: "hour",
  find(activity, { sensitivePathRequests, sensitivePathRefusals }, { samples }) {
    // Whoever is signed in has proved to belong there.
    if (activity.signedIn) return null;
    const count = activity.signals["sensitive-path"] ?? 0;
    const { sensitiveRefused } = activity;
    const isRefused = sensitiveRefused >= sensitivePathRefusals;
    if (!isRefused && count < sensitivePathRequests) return null;
    const threshold = isRefused ? sensitivePathRefusals : sensitivePathRequests;
    const words = isRefused
      ? `${formatPlural(sensitiveRefused, "request")} for sensitive paths answered 401, 403 or 404`
      : pacedWords(count, "request for sensitive paths", activity, "requests for sensitive paths");
    return {
      rule: "sensitive-path",
      score: scoreOver(isRefused ? sensitiveRefused : count, threshold, isRefused ? 40 : 30, 70),
      sentence: `${words} (limit: ${threshold} an hour).${askedFor(samples, "sensitive-path")}`,
      counts: { sensitivePath: count, sensitiveRefused },
      threshold,
    };
  },
};

export const lowAndSlow: DetectionRule = {
  id: "low-and-slow",
  title: "Low and slow",
  description: "Sends few requests an hour over many hours, most of them for what the site does not have.",
  needsStatus: false,
  window: "day",
  find(activity, { slowHours, slowProbes, slowRequestsPerHour }, context) {
    const { activeHours, counted, probes } = activity;
    if (activeHours < slowHours || probes < slowProbes || probes * 2 <= counted) return null;
    if (counted / activeHours > slowRequestsPerHour || isGoodCrawler(activity, context)) return null;
    // Who asks for one missing file again and again has a broken link or feed, and searches for nothing.
    const isSearch =
      activity.failedPaths >= SLOW_PATHS || ATTACK_SIGNALS.some((signal) => activity.signals[signal]);
    if (!isSearch) return null;
    return {
      rule: "low-and-slow",
      score: scoreOver(probes, slowProbes, 50, 75),
      sentence: `${formatPlural(counted, "request")} spread over ${formatPlural(activeHours, "hour")} of a day, ${probes} of them probes (limit: ${slowProbes}).`,
      counts: { activeHours, probes, requests: counted },
      threshold: slowProbes,
    };
  },
};
