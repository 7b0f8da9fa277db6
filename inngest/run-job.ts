import type { Database } from "@/db/client";
import { noteJobRun } from "@/db/job-runs";
import { withLock } from "@/db/locks";
import type { Job, JobRequest, JobResult } from "@/inngest/jobs";
import { messageOf } from "@/lib/errors";

export type RunOptions = { warn: (message: string) => void; request?: JobRequest | null };

/**
 * Runs a job once and leaves the mark of it, of a failure too. Over any number of processes and schedulers a job never
 * runs twice at once: null where another one is at it.
 */
export async function runJob(
  db: Database,
  job: Job,
  { warn, request = null }: RunOptions,
): Promise<JobResult | null> {
  return withLock(db, `job:${job.id}`, async () => {
    const startedAt = new Date();
    const started = performance.now();
    const note = (result: JobResult | null, error: string | null) =>
      noteJobRun(db, job.id, { startedAt, durationMs: performance.now() - started, result, error });
    try {
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
