import { database } from "@/db/client";
import { withLock } from "@/db/locks";
import { inngest } from "@/inngest/client";
import { JOBS } from "@/inngest/jobs";

/** The list of jobs as Inngest functions: one step each, one run at a time, tried again where it fails. */
export const functions = JOBS.map((job) =>
  inngest.createFunction(
    { id: job.id, name: job.description, triggers: [{ cron: job.cron }], concurrency: 1, retries: 3 },
    async ({ step, logger }) =>
      step.run(job.id, async () => {
        const result = await withLock(database(), `job:${job.id}`, () =>
          job.run({ warn: (text) => logger.warn(text) }),
        );
        return result ?? { skipped: 1 };
      }),
  ),
);
