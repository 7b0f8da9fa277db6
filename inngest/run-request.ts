import { writeAudit } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import { requestJobRun } from "@/db/job-runs";
import { changeRequestedRun, noteRequestedRun } from "@/db/requested-runs";
import { inngest, JOB_REQUESTED } from "@/inngest/client";
import { hasInngest, isInngestDev } from "@/inngest/detection-request";
import { findJob, type Job } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";
import { AppError, messageOf } from "@/lib/errors";

/**
 * Where runs that are asked for happen: at Inngest; in the scheduler of one machine; or, where Inngest runs the jobs but
 * this process has no key to send it events, in this very process.
 */
export type RunPlace = "inngest" | "scheduler" | "here";

export function placeOfRuns(source: Record<string, string | undefined> = process.env): RunPlace {
  if (!isInngestDev(source) && !source.INNGEST_SIGNING_KEY) return "scheduler";
  return hasInngest(source) ? "inngest" : "here";
}

/**
 * Asks for a run of a job, in somebody's name; what becomes of it is told by `listRequestedRuns`. The audit log keeps who
 * wanted it.
 * @throws AppError `not-found` for a job that there is not, `unavailable` where Inngest does not take the wish.
 */
export async function requestRun(
  db: Database,
  id: string,
  actor: { name: string },
  place = placeOfRuns(),
): Promise<void> {
  const job = findJob(id);
  if (!job) throw new AppError("not-found", `There is no job ${id}.`);
  const ticket = crypto.randomUUID();
  await db.transaction(async (transaction) => {
    const askedAt = new Date().toISOString();
    await noteRequestedRun(transaction, id, { ticket, actor: actor.name, askedAt, state: "queued" });
    await writeAudit(transaction, { actor: actor.name, action: "run-job", subject: `job:${id}` });
  });
  await pass(db, job, { job: id, ticket, actor: actor.name, trigger: "manual" }, place);
}

async function pass(
  db: Database,
  job: Job,
  request: Record<string, string> & { ticket: string },
  place: RunPlace,
): Promise<void> {
  switch (place) {
    case "scheduler":
      return requestJobRun(db, job.id, request);
    case "inngest":
      return sendEvent(db, job, request);
    case "here":
      return runHere(db, job, request);
  }
}

async function sendEvent(
  db: Database,
  job: Job,
  request: Record<string, string> & { ticket: string },
): Promise<void> {
  try {
    await inngest.send({ name: job.event ?? JOB_REQUESTED, data: request });
  } catch (cause) {
    const error = `Inngest did not take the event: ${messageOf(cause)}`;
    await changeRequestedRun(db, job.id, request.ticket, { state: "failed", error });
    throw new AppError("unavailable", error, { cause });
  }
}

async function runHere(
  db: Database,
  job: Job,
  request: Record<string, string> & { ticket: string },
): Promise<void> {
  const busy = "Another process is running this job at this moment: look at its result.";
  const result = await runJob(db, job, { warn: (text) => console.warn(text), request }).catch((error) => {
    console.error(`Job ${job.id} failed: ${messageOf(error)}`);
    return {};
  });
  if (result === null) await changeRequestedRun(db, job.id, request.ticket, { state: "failed", error: busy });
}
