import { database } from "@/db/client";
import { inngest } from "@/inngest/client";
import { JOBS } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";

/** The list of jobs as Inngest functions: one step each, one run at a time, tried again where it fails. */
export const functions = JOBS.map((job) =>
  inngest.createFunction(
    {
      id: job.id,
      name: job.description,
      triggers: [{ cron: job.cron }, ...(job.event ? [{ event: job.event }] : [])],
      concurrency: 1,
      retries: 3,
    },
    async ({ event, step, logger }) =>
      step.run(job.id, async () => {
        const request = job.event && event.name === job.event ? event.data : null;
        const result = await runJob(database(), job, { warn: (text) => logger.warn(text), request });
        return result ?? { skipped: 1 };
      }),
  ),
);
