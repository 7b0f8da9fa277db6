import { afterEach, describe, expect, test } from "vitest";
import { openDatabase } from "@/db/client";
import { listJobRuns, requestedJobs, requestJobRun } from "@/db/job-runs";
import { withLock } from "@/db/locks";
import type { Job, JobRequest } from "@/inngest/jobs";
import { runJob } from "@/inngest/run-job";
import { Scheduler } from "@/services/scheduler";
import { openTestDatabase } from "@/services/test/database";

const { db, url } = await openTestDatabase();
const started: Scheduler[] = [];

const stopAll = () => Promise.all(started.splice(0).map((scheduler) => scheduler.stop()));
afterEach(async () => {
  await stopAll();
  await db.$client`truncate job_runs`;
});

function jobOf(run: Job["run"], change: Partial<Job> = {}): Job {
  return {
    id: "work",
    description: "Works for a test",
    cron: "0 * * * *",
    everySeconds: 0.05,
    run,
    ...change,
  };
}

function start(jobs: Job[], log: (line: string) => void = () => {}, own = db): Scheduler {
  const scheduler = new Scheduler({ db: own, jobs, log });
  started.push(scheduler);
  scheduler.start();
  return scheduler;
}

const warn = () => {};
const lastRun = async (job = "work") => (await listJobRuns(db)).find((run) => run.job === job);

describe("a job", () => {
  test("never runs twice at once, over any number of processes with connections of their own", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const job = jobOf(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return { runs: ++runs };
    });
    const others = [openDatabase(url), openDatabase(url)];
    for (const own of [db, ...others]) start([job], () => {}, own);
    await expect.poll(() => runs, { timeout: 10_000 }).toBeGreaterThan(5);
    await stopAll();
    for (const own of others) await own.$client.end();
    expect(most).toBe(1);
  });

  test("that fails leaves its mark, says so once, and goes on being tried", async () => {
    const lines: string[] = [];
    let runs = 0;
    const job = jobOf(async () => {
      if (++runs < 4) throw new Error("the store is gone");
      return { runs };
    });
    start([job], (line) => lines.push(line));
    await expect.poll(async () => (await lastRun())?.error, { timeout: 10_000 }).toBe("the store is gone");
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2);
    expect(lines[0]).toBe("Job work failed and will be tried again: the store is gone");
    expect(lines[1]).toBe("Job work works again.");
    expect(await lastRun()).toMatchObject({ error: null, failingSince: null });
  });

  test("that keeps its times waits for them instead of running at the start", async () => {
    let runs = 0;
    const run = async () => ({ runs: ++runs });
    start([jobOf(run, { id: "hourly", keepsCron: true, cron: "0 0 1 1 *" }), jobOf(async () => ({}))]);
    await expect.poll(() => lastRun(), { timeout: 10_000 }).toBeTruthy();
    expect(runs).toBe(0);
  });

  test("runs within seconds when somebody asks for it, with what it is asked for, and once", async () => {
    const requests: (JobRequest | null | undefined)[] = [];
    const job = jobOf(
      async ({ request }) => {
        requests.push(request);
        return {};
      },
      { keepsCron: true, cron: "0 0 1 1 *" },
    );
    start([job]);
    start([job]);
    await requestJobRun(db, "work", { window: "24h" });
    await expect.poll(() => requests.length, { timeout: 10_000 }).toBe(1);
    expect(requests).toEqual([{ window: "24h" }]);
    expect(await requestedJobs(db)).toEqual([]);
  });

  test("that is at work elsewhere when somebody asks for it, runs for him afterwards", async () => {
    const requests: (JobRequest | null | undefined)[] = [];
    const job = jobOf(
      async ({ request }) => {
        requests.push(request);
        return {};
      },
      { keepsCron: true, cron: "0 0 1 1 *" },
    );
    await withLock(db, "job:work", async () => {
      start([job]);
      await requestJobRun(db, "work", { window: "24h" });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(requests).toEqual([]);
    });
    await expect.poll(() => requests, { timeout: 10_000 }).toEqual([{ window: "24h" }]);
  });
});

describe("the mark of a run", () => {
  test("says when, how long and what it did", async () => {
    await runJob(
      db,
      jobOf(async () => ({ events: 3 })),
      { warn },
    );
    expect(await lastRun()).toMatchObject({ result: { events: 3 }, error: null, failingSince: null });
    expect((await lastRun())?.durationMs).toBeGreaterThanOrEqual(0);
  });

  test("of a failure stays with its beginning until a run succeeds, and keeps the last result", async () => {
    let isBroken = true;
    const job = jobOf(async () => {
      if (isBroken) throw new Error("the store is gone");
      return { events: 1 };
    });
    await expect(runJob(db, job, { warn })).rejects.toThrow("the store is gone");
    const first = await lastRun();
    expect(first).toMatchObject({ error: "the store is gone", succeededAt: null });
    await expect(runJob(db, job, { warn })).rejects.toThrow();
    expect((await lastRun())?.failingSince).toEqual(first?.failingSince);
    isBroken = false;
    await runJob(db, job, { warn });
    expect(await lastRun()).toMatchObject({ error: null, failingSince: null, result: { events: 1 } });
  });

  test("of a run that is like the last one is not written every time", async () => {
    const job = jobOf(async () => ({ events: 0 }));
    await runJob(db, job, { warn });
    const first = await lastRun();
    await runJob(db, job, { warn });
    expect((await lastRun())?.startedAt).toEqual(first?.startedAt);
    await runJob(
      db,
      jobOf(async () => ({ events: 1 })),
      { warn },
    );
    expect((await lastRun())?.result).toEqual({ events: 1 });
  });
});
