import type { Database } from "@/db/client";
import { withLock } from "@/db/locks";
import type { Job, JobResult } from "@/inngest/jobs";
import { messageOf } from "@/lib/errors";

export type SchedulerOptions = {
  db: Database;
  jobs: readonly Job[];
  log: (line: string) => void;
};

/**
 * Runs jobs in this process, each at its pace. Over any number of processes a job never runs twice at once: the advisory
 * lock decides who runs it. A job that fails says so once, goes on being tried, and says when it works again.
 */
export class Scheduler {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failing = new Set<string>();
  #stopped = false;

  constructor(readonly options: SchedulerOptions) {}

  start(): void {
    for (const job of this.options.jobs) this.#plan(job, 0);
  }

  /** Runs a job now and answers what it did, or null where another process is at it. */
  async runNow(job: Job): Promise<JobResult | null> {
    return withLock(this.options.db, `job:${job.id}`, () => job.run({ warn: this.options.log }));
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running.values());
  }

  #plan(job: Job, delayMs: number): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      const run = this.#run(job).finally(() => {
        this.#running.delete(job.id);
        this.#plan(job, job.everySeconds * 1000);
      });
      this.#running.set(job.id, run);
    }, delayMs);
    this.#timers.set(job.id, timer);
  }

  async #run(job: Job): Promise<void> {
    try {
      await this.runNow(job);
      if (this.#failing.delete(job.id)) this.options.log(`Job ${job.id} works again.`);
    } catch (error) {
      if (!this.#failing.has(job.id))
        this.options.log(`Job ${job.id} failed and will be tried again: ${messageOf(error)}`);
      this.#failing.add(job.id);
    }
  }
}
