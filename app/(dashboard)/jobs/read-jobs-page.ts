import { type BacklogWords, backlogWords, type ShownBacklog } from "@/components/jobs/backlog-words";
import type { FoundHour, RuleCount } from "@/components/jobs/found-card";
import { cronWords, paceWords } from "@/components/jobs/schedule-words";
import type { Runner, ShownJob } from "@/components/jobs/shown-job";
import { database } from "@/db/client";
import { countFindings } from "@/db/detection-findings";
import { readHours } from "@/db/detection-runs";
import { cronTimes } from "@/inngest/cron";
import { type JobView, listJobs, readBacklog } from "@/inngest/overview";
import { placeOfRuns } from "@/inngest/run-request";
import { readEnv } from "@/lib/env";
import { edgeStore } from "@/lib/redis";
import { rangeUntil } from "@/lib/time-range";

type JobsPageData = {
  jobs: ShownJob[];
  runner: Runner;
  /** Null where the edge store does not answer. */
  backlog: ShownBacklog | null;
  backlogWords: BacklogWords | null;
  hours: FoundHour[];
  /** The rules of most weight in these hours. */
  rules: RuleCount[];
};

const HOURS = 24;
const RULES = 6;

/** Everything that the page "Jobs" shows but the list of detections. */
export async function readJobsPage(now: Date): Promise<JobsPageData> {
  const env = readEnv();
  const db = database();
  const [views, backlog, hours, findings] = await Promise.all([
    listJobs(db, now),
    // A store that is away is something to show, and no reason to show nothing.
    readBacklog(edgeStore(env)).catch(() => null),
    readHours(db, now, HOURS),
    countFindings(db, rangeUntil(now, "24h").from),
  ]);
  const runner = placeOfRuns() === "scheduler" ? "scheduler" : "inngest";
  const shown = backlog && {
    waitingEvents: backlog.waitingEvents,
    droppedEvents: backlog.droppedEvents,
    oldestAt: backlog.oldestAt?.getTime() ?? null,
    capacity: env.EVENT_BUFFER_MAX,
  };
  const drain = views.find(({ id }) => id === "drain-events");
  return {
    jobs: views.map(shownJob),
    runner,
    backlog: shown,
    backlogWords:
      shown &&
      backlogWords(shown, {
        now: now.getTime(),
        paceSeconds: drain ? paceOf(drain) : 1,
        isDrainFailing: Boolean(drain?.lastRun?.failingSince),
        runner,
      }),
    rules: [...findings]
      .map(([rule, { found }]) => ({ rule, found }))
      .sort((one, other) => other.found - one.found || one.rule.localeCompare(other.rule))
      .slice(0, RULES),
    hours: hours.map(({ at, ...counts }) => ({ at: at.getTime(), ...counts })),
  };
}

/** Seconds between two runs. */
function paceOf({ everySeconds, cron }: JobView): number {
  return everySeconds ?? 86_400 / Math.max(1, cronTimes(cron, 1));
}

function shownJob({
  id,
  description,
  cron,
  everySeconds,
  nextAt,
  lastRun,
  isRunning,
  requested,
}: JobView): ShownJob {
  const time = (at: Date | null) => at?.getTime() ?? null;
  return {
    id,
    description,
    schedule: everySeconds === null ? cronWords(cron) : paceWords(everySeconds),
    nextAt: nextAt.getTime(),
    isRunning,
    lastRun: lastRun && {
      startedAt: lastRun.startedAt.getTime(),
      durationMs: lastRun.durationMs,
      error: lastRun.error,
      result: lastRun.result,
      succeededAt: time(lastRun.succeededAt),
      failingSince: time(lastRun.failingSince),
    },
    requested: requested && {
      actor: requested.actor,
      askedAt: Date.parse(requested.askedAt),
      state: requested.state,
      startedAt: requested.startedAt ? Date.parse(requested.startedAt) : null,
      durationMs: requested.durationMs ?? null,
      result: requested.result ?? null,
      error: requested.error ?? null,
    },
  };
}
