import type { Database } from "@/db/client";
import { noteJobRun } from "@/db/job-runs";
import { withLock } from "@/db/locks";
import { changeRequestedRun } from "@/db/requested-runs";
import type { Job, JobRequest, JobResult } from "@/inngest/jobs";
import { messageOf } from "@/lib/errors";

export type RunOptions = { warn: (message: string) => void; request?: JobRequest | null };

/** The name of the lock that a run of a job holds. */
export const lockOf = (job: string) => `job:${job}`;

/**
 * Runs a job once and leaves the mark of it, of a failure too, and tells whoever asked for this very run what became of
 * it. Over any number of processes and schedulers a job never runs twice at once: null where another one is at it.
 */
export async function runJob(
  db: Database,
  job: Job,
  { warn, request = null }: RunOptions,
): Promise<JobResult | null> {
  return withLock(db, lockOf(job.id), async () => {
    const startedAt = new Date();
    const started = performance.now();
    const ticket = typeof request?.ticket === "string" ? request.ticket : null;
    const note = async (result: JobResult | null, error: string | null) => {
      const durationMs = Math.round(performance.now() - started);
      await noteJobRun(db, job.id, { startedAt, durationMs, result, error });
      if (ticket === null) return;
      const state = error === null ? "done" : "failed";
      await changeRequestedRun(db, job.id, ticket, { state, durationMs, result, error });
    };
    try {
      if (ticket !== null) {
        await changeRequestedRun(db, job.id, ticket, {
          state: "running",
          startedAt: startedAt.toISOString(),
        });
      }
      const result = await job.run({ warn, request });
      await note(result, null);
      return result;
    } catch (error) {
      // The database may be what failed: then there is nowhere to leave a mark.
      await note(null, messageOf(error)).catch(() => {});
      throw error;
    }
  });
}
