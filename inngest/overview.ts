import { writeAudit } from "@/db/audit-logs";
import { type Database, database } from "@/db/client";
import { listJobRuns } from "@/db/job-runs";
import type { JobRun } from "@/db/schema";
import { nextCronTime } from "@/inngest/cron";
import { hasInngest } from "@/inngest/detection-request";
import { findJob, JOBS, type JobResult } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";
import { AppError, messageOf } from "@/lib/errors";
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
  isRequested: boolean;
};

/** The jobs with their last runs and their next times, by the schedule of where they run: Inngest or one machine. */
export async function listJobs(db: Database, now = new Date()): Promise<JobView[]> {
  const runs = new Map((await listJobRuns(db)).map((run) => [run.job, run]));
  const isPaced = !hasInngest() && !process.env.INNGEST_SIGNING_KEY;
  return JOBS.map((job) => {
    const run = runs.get(job.id);
    const lastRun = lastRunOf(run);
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
      isRequested: Boolean(run?.requestedAt),
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

export type RunNowOutcome =
  | { outcome: "done"; result: JobResult }
  | { outcome: "busy" }
  | { outcome: "failed"; message: string };

/**
 * Runs a job in this process and waits for it; the audit log keeps who wanted it.
 * @throws AppError `not-found` for a job that there is not.
 */
export async function runJobNow(
  id: string,
  actor: { name: string },
  db = database(),
): Promise<RunNowOutcome> {
  const job = findJob(id);
  if (!job) throw new AppError("not-found", `There is no job ${id}.`);
  await writeAudit(db, { actor: actor.name, action: "run-job", subject: `job:${id}` });
  try {
    // Only detection knows more than to run: who asked for it stands in its row.
    const request = job.event ? { trigger: "manual", actor: actor.name } : null;
    const result = await runJob(db, job, { warn: (text) => console.warn(text), request });
    return result ? { outcome: "done", result } : { outcome: "busy" };
  } catch (error) {
    return { outcome: "failed", message: messageOf(error) };
  }
}
