import type { Database } from "@/db/client";
import { listJobRuns } from "@/db/job-runs";
import { heldLocks } from "@/db/locks";
import { listRequestedRuns, type RequestedRun } from "@/db/requested-runs";
import type { JobRun } from "@/db/schema";
import { nextCronTime } from "@/inngest/cron";
import { JOBS, type JobResult } from "@/inngest/jobs";
import { lockOf } from "@/inngest/run-job";
import { placeOfRuns } from "@/inngest/run-request";
import { type EventStats, EventStore } from "@/lib/events/store";
import type { Redis } from "@/lib/redis";
import { timeOfUuid } from "@/lib/uuid-time";

export type JobView = {
  id: string;
  description: string;
  cron: string;
  /** How often it runs on one machine, where it has a pace; null where it keeps its times there, too. */
  everySeconds: number | null;
  nextAt: Date;
  lastRun: {
    startedAt: Date;
    durationMs: number;
    error: string | null;
    result: JobResult | null;
    succeededAt: Date | null;
    failingSince: Date | null;
  } | null;
  /** It is at work at this moment. */
  isRunning: boolean;
  /** The last run that somebody asked for on the page. */
  requested: RequestedRun | null;
};

/** The jobs with their last runs and their next times, by the schedule of where they run: Inngest or one machine. */
export async function listJobs(db: Database, now = new Date()): Promise<JobView[]> {
  const ids = JOBS.map(({ id }) => id);
  const [marks, requested, held] = await Promise.all([
    listJobRuns(db),
    listRequestedRuns(db, ids),
    heldLocks(db, ids.map(lockOf)),
  ]);
  const runs = new Map(marks.map((run) => [run.job, run]));
  const isPaced = placeOfRuns() === "scheduler";
  return JOBS.map((job) => {
    const lastRun = lastRunOf(runs.get(job.id));
    const pace = isPaced && !job.keepsCron ? job.everySeconds : null;
    const nextAt = pace === null ? nextCronTime(job.cron, now) : nextAtPace(lastRun, pace, now);
    const { id, description, cron } = job;
    return {
      id,
      description,
      cron,
      everySeconds: pace,
      nextAt,
      lastRun,
      isRunning: held.has(lockOf(id)),
      requested: requested.get(id) ?? null,
    };
  });
}

function lastRunOf(run: JobRun | undefined): JobView["lastRun"] {
  if (!run?.startedAt) return null;
  const { startedAt, durationMs, error, result, succeededAt, failingSince } = run;
  return { startedAt, durationMs: durationMs ?? 0, error, result, succeededAt, failingSince };
}

function nextAtPace(lastRun: JobView["lastRun"], pace: number, now: Date): Date {
  const ended = lastRun ? lastRun.startedAt.getTime() + lastRun.durationMs : 0;
  return new Date(Math.max(now.getTime(), ended + pace * 1000));
}

export type Backlog = EventStats & {
  /** When the oldest waiting batch was made; null where none waits. */
  oldestAt: Date | null;
};

/** What waits in the edge store to be drained. */
export async function readBacklog(redis: Redis): Promise<Backlog> {
  const store = new EventStore(redis);
  const [stats, [oldest]] = await Promise.all([store.stats(), store.oldest(1)]);
  return { ...stats, oldestAt: oldest ? timeOfUuid(oldest.slice(0, 36)) : null };
}
