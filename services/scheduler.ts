import type { Database } from "@/db/client";
import { requestedJobs, returnJobRequest, takeJobRequest } from "@/db/job-runs";
import { nextCronTime } from "@/inngest/cron";
import type { Job, JobRequest, JobResult } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";
import { messageOf } from "@/lib/errors";

export type SchedulerOptions = {
  db: Database;
  jobs: readonly Job[];
  log: (line: string) => void;
};

const REQUESTS_MS = 1000;
/** The longest that a timer of Node.js waits, 25 days: one of more than that fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Runs jobs in this process, each at its pace or at its times, and those that somebody asks for. Over any number of
 * processes a job never runs twice at once: the advisory lock decides who runs it. A job that fails says so once, goes on
 * being tried, and says when it works again.
 */
export class Scheduler {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failing = new Set<string>();
  #stopped = false;

  constructor(readonly options: SchedulerOptions) {}

  start(): void {
    for (const job of this.options.jobs) this.#plan(job, job.keepsCron ? this.#untilNext(job) : 0);
    this.#watchRequests();
  }

  /** Runs a job now and answers what it did, or null where another process is at it. */
  async runNow(job: Job, request: JobRequest | null = null): Promise<JobResult | null> {
    return runJob(this.options.db, job, { warn: this.options.log, request });
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running.values());
  }

  #plan(job: Job, delayMs: number): void {
    if (this.#stopped) return;
    const stepMs = Math.min(delayMs, TIMER_MS_MAX);
    const timer = setTimeout(() => {
      if (delayMs > stepMs) this.#plan(job, delayMs - stepMs);
      else this.#runAndPlan(job);
    }, stepMs);
    this.#timers.set(job.id, timer);
  }

  #runAndPlan(job: Job): void {
    const run = this.#run(job)
      .then(() => {})
      .finally(() => {
        this.#running.delete(job.id);
        this.#plan(job, job.keepsCron ? this.#untilNext(job) : job.everySeconds * 1000);
      });
    this.#running.set(job.id, run);
  }

  #untilNext(job: Job): number {
    const now = Date.now();
    return nextCronTime(job.cron, new Date(now)).getTime() - now;
  }

  /** Looks every second for runs that somebody asked for by `requestJobRun`. */
  #watchRequests(): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      const run = this.#runRequested()
        // Whether the database answers is told by the jobs themselves.
        .catch(() => {})
        .finally(() => {
          this.#running.delete("requests");
          this.#watchRequests();
        });
      this.#running.set("requests", run);
    }, REQUESTS_MS);
    this.#timers.set("requests", timer);
  }

  async #runRequested(): Promise<void> {
    for (const id of await requestedJobs(this.options.db)) {
      const job = this.options.jobs.find((one) => one.id === id);
      const request = job && (await takeJobRequest(this.options.db, id));
      if (!job || !request) continue;
      // Where its turn has just come elsewhere, the wish waits for the next look.
      if ((await this.#run(job, request)) === "busy") await returnJobRequest(this.options.db, id, request);
    }
  }

  async #run(job: Job, request: JobRequest | null = null): Promise<"done" | "busy" | "failed"> {
    try {
      const result = await this.runNow(job, request);
      if (result === null) return "busy";
      if (this.#failing.delete(job.id)) this.options.log(`Job ${job.id} works again.`);
      return "done";
    } catch (error) {
      if (!this.#failing.has(job.id))
        this.options.log(`Job ${job.id} failed and will be tried again: ${messageOf(error)}`);
      this.#failing.add(job.id);
      return "failed";
    }
  }
}
