import { NonRetriableError } from "inngest";
import { database } from "@/db/client";
import { inngest, JOB_REQUESTED } from "@/inngest/client";
import { JOBS, type Job } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";
import { AppError } from "@/lib/errors";

/** How often Inngest tries a run again that failed. */
export const RETRIES = 3;

/** The event that asks for this job: one of its own, or the common one with its id. */
const wishOf = ({ id, event }: Job) =>
  event ? { event } : { event: JOB_REQUESTED, if: `event.data.job == "${id}"` };

/** The list of jobs as Inngest functions: one step each, one run at a time, tried again where it fails. */
export const functions = JOBS.map((job) =>
  inngest.createFunction(
    {
      id: job.id,
      name: job.description,
      triggers: [{ cron: job.cron }, wishOf(job)],
      concurrency: 1,
      retries: RETRIES,
    },
    async ({ event, step, logger }) =>
      step.run(job.id, async () => {
        const request = event.name === wishOf(job).event ? event.data : null;
        try {
          const result = await runJob(database(), job, { warn: (text) => logger.warn(text), request });
          return result ?? { skipped: 1 };
        } catch (error) {
          // What was asked for makes no sense: it would make none the next time either.
          if (error instanceof AppError && error.code === "bad-input")
            throw new NonRetriableError(error.message, { cause: error });
          throw error;
        }
      }),
  ),
);
