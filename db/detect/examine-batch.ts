import { readActivity } from "@/db/activity";
import type { Database } from "@/db/client";
import { closedSince } from "@/db/detect/closed";
import { readEvidence } from "@/db/detect/evidence";
import type { Flagged } from "@/db/detect/flagged";
import type { DetectionPolicy } from "@/db/detection-policy";
import { crawlerStanding } from "@/lib/crawlers/standing";
import type { Activity } from "@/lib/detection/activity";
import { examine } from "@/lib/detection/examine";
import type { Finding, RuleContext } from "@/lib/detection/rules";
import type { Thresholds } from "@/lib/detection/thresholds";
import type { TimeRange } from "@/lib/time-range";

export type ExamineDeps = {
  db: Database;
  thresholds: Thresholds;
  policy: DetectionPolicy;
  timeoutMs: number;
};

const DAY_MS = 86_400_000;
const HOURS_OF_A_DAY = 24;

const secondsOf = (window: TimeRange) => (window.to.getTime() - window.from.getTime()) / 1000;

/** Puts the rules to the activities of an hour, with the evidence of those whom one could fit, and answers who is flagged. */
export async function examineBatch(
  deps: ExamineDeps,
  activities: readonly Activity[],
  window: TimeRange,
): Promise<Flagged[]> {
  const days = await daysOfPatient(deps, activities, window);
  const suspects = activities.filter((activity) => {
    const context = roughContext(activity);
    return findingsOf(deps, activity, days, window, context).length > 0;
  });
  if (suspects.length === 0) return [];
  const evidence = await readEvidence(deps.db, suspects, window);
  const flagged = suspects.flatMap((activity) => {
    const { samples = [], userAgents = [], ip = null } = evidence.get(activity.key) ?? {};
    const crawler = activity.claimsCrawler ? crawlerStanding(userAgents, ip ?? activity.network) : "none";
    const findings = findingsOf(deps, activity, days, window, { crawler, samples });
    if (findings.length === 0) return [];
    const { key: target, network } = activity;
    return [{ target, kind: "hash" as const, network, ip, crawler, findings, samples, window }];
  });
  return withoutOldEvidence(deps, flagged, window);
}

type Context = Pick<RuleContext, "crawler" | "samples">;

/** Whoever says to be a crawler is taken for a false one until the evidence is there: rules spare true ones. */
function roughContext({ claimsCrawler }: Activity): Context {
  return { crawler: claimsCrawler ? "impostor" : "none", samples: [] };
}

function findingsOf(
  { thresholds, policy }: ExamineDeps,
  activity: Activity,
  days: ReadonlyMap<string, Activity>,
  window: TimeRange,
  context: Context,
): Finding[] {
  const day = days.get(activity.key);
  const found = [
    examine(activity, thresholds, { ...context, windowSeconds: secondsOf(window) }),
    day ? examine(day, thresholds, { ...context, windowSeconds: DAY_MS / 1000 }) : null,
  ];
  return found.flatMap((one) => one?.findings ?? []).filter(({ rule }) => policy[rule] !== "off");
}

/**
 * The day of those who mostly probed in this hour, and little: only they can be patient. Whoever is over a day has an
 * hour like that, so that nobody's day has to be read but theirs.
 */
async function daysOfPatient(
  { db, thresholds, timeoutMs }: ExamineDeps,
  activities: readonly Activity[],
  window: TimeRange,
): Promise<Map<string, Activity>> {
  const requestsMax = thresholds.slowRequestsPerHour * HOURS_OF_A_DAY;
  const patient = activities.filter(({ counted, probes }) => probes * 2 > counted && counted <= requestsMax);
  const days = new Map<string, Activity>();
  if (patient.length === 0) return days;
  const day = { from: new Date(window.to.getTime() - DAY_MS), to: window.to };
  const only = patient.map(({ key }) => key);
  await readActivity(db, { scope: "day", window: day, thresholds, only, timeoutMs }, async (batch) => {
    for (const activity of batch) days.set(activity.key, activity);
  });
  return days;
}

/** Leaves out cases that were closed within the window and have done nothing since that would open them again. */
async function withoutOldEvidence(
  deps: ExamineDeps,
  flagged: Flagged[],
  window: TimeRange,
): Promise<Flagged[]> {
  const closed = await closedSince(deps.db, flagged, window.from);
  const kept = new Map(flagged.map((one) => [one.target, one]));
  for (const [target, at] of closed) {
    const since = { from: at, to: window.to };
    const again: Flagged[] = [];
    if (at < window.to) {
      const query = { ...deps, scope: "hour" as const, window: since, only: [target] };
      await readActivity(deps.db, query, async (batch) => {
        for (const activity of batch)
          again.push(...(await examineAgain(deps, activity, since, kept.get(target))));
      });
    }
    const [found] = again;
    if (found) kept.set(target, found);
    else kept.delete(target);
  }
  return [...kept.values()];
}

async function examineAgain(
  deps: ExamineDeps,
  activity: Activity,
  window: TimeRange,
  before: Flagged | undefined,
): Promise<Flagged[]> {
  if (!before) return [];
  const evidence = (await readEvidence(deps.db, [activity], window)).get(activity.key);
  const context = { crawler: before.crawler, samples: evidence?.samples ?? [] };
  const findings = findingsOf(deps, activity, new Map(), window, context);
  return findings.length > 0 ? [{ ...before, findings, samples: context.samples, window }] : [];
}
