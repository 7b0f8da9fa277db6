import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Database, Querier } from "@/db/client";
import { type JobRun, jobRuns } from "@/db/schema";

export type FinishedRun = {
  startedAt: Date;
  durationMs: number;
  result: Record<string, number> | null;
  error: string | null;
};

/** Seconds after which an uneventful run is noted again: a job that runs every second is not written down every second. */
const NOTE_SECONDS = 10;

/** Notes the last run of a job; the mark of a failure stays until the job has succeeded again. */
export async function noteJobRun(db: Querier, job: string, run: FinishedRun): Promise<void> {
  const at = run.startedAt.toISOString();
  const result = run.result === null ? null : JSON.stringify(run.result);
  const hasFailed = run.error !== null;
  await db.execute(sql`
    insert into job_runs as known (job, started_at, duration_ms, error, result, succeeded_at, failing_since)
    values (
      ${job}, ${at}::timestamptz, ${Math.round(run.durationMs)}, ${run.error}, ${result}::jsonb,
      case when ${hasFailed}::bool then null else ${at}::timestamptz end,
      case when ${hasFailed}::bool then ${at}::timestamptz end
    )
    on conflict (job) do update set
      started_at = excluded.started_at, duration_ms = excluded.duration_ms, error = excluded.error,
      result = coalesce(excluded.result, known.result),
      succeeded_at = coalesce(excluded.succeeded_at, known.succeeded_at),
      failing_since = case when excluded.error is null then null else coalesce(known.failing_since, excluded.failing_since) end
    where known.started_at is null or known.error is distinct from excluded.error
      or known.result is distinct from excluded.result
      or known.started_at < excluded.started_at - make_interval(secs => ${NOTE_SECONDS})`);
}

export async function listJobRuns(db: Querier): Promise<JobRun[]> {
  return db.select().from(jobRuns).limit(100);
}

/** Asks the scheduler for a run of a job: it looks for such wishes every second. A later wish replaces an earlier one. */
export async function requestJobRun(
  db: Database,
  job: string,
  request: Record<string, string>,
): Promise<void> {
  const wish = { requestedAt: new Date(), request };
  await db
    .insert(jobRuns)
    .values({ job, ...wish })
    .onConflictDoUpdate({ target: jobRuns.job, set: wish });
}

/** Jobs whose run somebody has asked for. */
export async function requestedJobs(db: Querier): Promise<string[]> {
  const rows = await db
    .select({ job: jobRuns.job })
    .from(jobRuns)
    .where(isNotNull(jobRuns.requestedAt))
    .limit(100);
  return rows.map(({ job }) => job);
}

/** Takes the wish for a job, once; null where there is none. */
export async function takeJobRequest(db: Database, job: string): Promise<Record<string, string> | null> {
  return db.transaction(async (transaction) => {
    const [row] = await transaction.select().from(jobRuns).where(eq(jobRuns.job, job)).for("update");
    if (!row?.requestedAt) return null;
    await transaction.update(jobRuns).set({ requestedAt: null, request: null }).where(eq(jobRuns.job, job));
    return row.request ?? {};
  });
}

/** Puts a wish back that was taken and could not be fulfilled now, unless there is a later one. */
export async function returnJobRequest(
  db: Database,
  job: string,
  request: Readonly<Record<string, unknown>>,
): Promise<void> {
  const texts = Object.entries(request).map(([name, value]) => [name, String(value)] as const);
  await db
    .update(jobRuns)
    .set({ requestedAt: new Date(), request: Object.fromEntries(texts) })
    .where(and(eq(jobRuns.job, job), isNull(jobRuns.requestedAt)));
}
