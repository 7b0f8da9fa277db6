import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { listRuns } from "@/db/detection-runs";
import { takeJobRequest } from "@/db/job-runs";
import { noteRequestedRun } from "@/db/requested-runs";
import { type FakeInngest, fakeInngest } from "@/services/test/fake-inngest";
import { type TestSite, testSite } from "@/services/test/site";

let site: TestSite;
let inngest: FakeInngest;
let requests: typeof import("@/inngest/run-request");
let overview: typeof import("@/inngest/overview");
let jobs: typeof import("@/inngest/jobs");
let runs: typeof import("@/inngest/run-job");

beforeAll(async () => {
  inngest = await fakeInngest();
  site = await testSite({
    INNGEST_BASE_URL: inngest.url,
    INNGEST_EVENT_KEY: "an event key",
    INNGEST_DEV: "",
    INNGEST_SIGNING_KEY: "",
  });
  [requests, overview, jobs, runs] = await Promise.all([
    import("@/inngest/run-request"),
    import("@/inngest/overview"),
    import("@/inngest/jobs"),
    import("@/inngest/run-job"),
  ]);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => Promise.all([site.stop(), inngest.stop()]));

const ADA = { name: "ada" };
const warn = () => {};
const viewOf = async (id: string) => (await overview.listJobs(site.db)).find((job) => job.id === id);
const jobOf = (id: string) => jobs.findJob(id) as NonNullable<ReturnType<typeof jobs.findJob>>;

async function runTaken(id: string): Promise<void> {
  const request = await takeJobRequest(site.db, id);
  await runs.runJob(site.db, jobOf(id), { warn, request });
}

test("a run that is asked for waits, is done by the scheduler, and says what it did", async () => {
  await requests.requestRun(site.db, "detect-anomalies", ADA, "scheduler");
  expect((await viewOf("detect-anomalies"))?.requested).toMatchObject({ state: "queued", actor: "ada" });
  await runTaken("detect-anomalies");
  const view = await viewOf("detect-anomalies");
  expect(view?.requested).toMatchObject({ state: "done", result: { examined: 0, flagged: 0 } });
  expect(view?.lastRun?.error).toBeNull();
  expect((await listRuns(site.db))[0]).toMatchObject({ trigger: "manual", actor: "ada" });
  const [audit] = await site.db.$client`select actor, subject from audit_logs where action = 'run-job'`;
  expect(audit).toEqual({ actor: "ada", subject: "job:detect-anomalies" });
});

test("a run that fails says why, until it is asked for again", async () => {
  await requests.requestRun(site.db, "detect-anomalies", ADA, "scheduler");
  vi.stubEnv("SUSPICIOUS_REQUEST_THRESHOLD", "many");
  await expect(runTaken("detect-anomalies")).rejects.toThrow("SUSPICIOUS_REQUEST_THRESHOLD");
  const failed = await viewOf("detect-anomalies");
  expect(failed?.requested).toMatchObject({
    state: "failed",
    error: expect.stringContaining("SUSPICIOUS_REQUEST_THRESHOLD"),
  });
  expect(failed?.lastRun?.failingSince).not.toBeNull();
  vi.unstubAllEnvs();
  await requests.requestRun(site.db, "detect-anomalies", ADA, "scheduler");
  expect((await viewOf("detect-anomalies"))?.requested?.error).toBeUndefined();
  await runTaken("detect-anomalies");
  expect((await viewOf("detect-anomalies"))?.requested).toMatchObject({ state: "done", error: null });
});

test("what became of an earlier wish is not told of a later one", async () => {
  const wish = { ticket: "later", actor: "ada", askedAt: new Date().toISOString(), state: "queued" } as const;
  await noteRequestedRun(site.db, "expire-rules", wish);
  await runs.runJob(site.db, jobOf("expire-rules"), { warn, request: { ticket: "earlier" } });
  expect((await viewOf("expire-rules"))?.requested).toEqual(wish);
});

test("a job that is at work is shown as such, by whichever process it runs", async () => {
  let finish = () => {};
  const job = {
    ...jobOf("prune-logs"),
    run: () => new Promise<object>((resolve) => (finish = () => resolve({}))),
  };
  const running = runs.runJob(site.db, job as never, { warn });
  await expect.poll(async () => (await viewOf("prune-logs"))?.isRunning).toBe(true);
  expect((await viewOf("expire-rules"))?.isRunning).toBe(false);
  finish();
  await running;
  expect((await viewOf("prune-logs"))?.isRunning).toBe(false);
});

test("at Inngest a run is asked for by an event, that of detection or the one of all other jobs", async () => {
  await requests.requestRun(site.db, "detect-anomalies", ADA, "inngest");
  await requests.requestRun(site.db, "prune-logs", ADA, "inngest");
  const [detection, pruning] = inngest.asked.map(({ path, body }) => ({
    path,
    event: (body as object[])[0],
  }));
  expect(detection).toMatchObject({
    path: "/e/an%20event%20key",
    event: { name: "gatehouse/detection.requested", data: { trigger: "manual", actor: "ada" } },
  });
  expect(pruning?.event).toMatchObject({ name: "gatehouse/job.requested", data: { job: "prune-logs" } });
});

test("where Inngest cannot be asked, the wish has failed and says so", async () => {
  await inngest.stop();
  await expect(requests.requestRun(site.db, "publish-rules", ADA, "inngest")).rejects.toMatchObject({
    code: "unavailable",
  });
  expect((await viewOf("publish-rules"))?.requested).toMatchObject({
    state: "failed",
    error: expect.stringContaining("Inngest did not take the event"),
  });
});

test("where events cannot be sent a job runs in this process", async () => {
  await requests.requestRun(site.db, "expire-rules", ADA, "here");
  expect((await viewOf("expire-rules"))?.requested).toMatchObject({ state: "done", result: { ended: 0 } });
});

test("there is no run of a job that there is not", async () => {
  await expect(requests.requestRun(site.db, "nothing", ADA)).rejects.toMatchObject({ code: "not-found" });
});

test.each([
  [{}, "scheduler"],
  [{ INNGEST_EVENT_KEY: "key" }, "scheduler"],
  [{ INNGEST_SIGNING_KEY: "key" }, "here"],
  [{ INNGEST_SIGNING_KEY: "key", INNGEST_EVENT_KEY: "key" }, "inngest"],
  [{ INNGEST_DEV: "1" }, "inngest"],
] as const)("with %j runs happen by %s", (source, place) => {
  expect(requests.placeOfRuns(source)).toBe(place);
});

test("the next time follows the pace of one machine, or the clock", async () => {
  const now = new Date("2027-03-10T12:20:00Z");
  const nextOf = async (id: string) => (await overview.listJobs(site.db, now)).find((job) => job.id === id);
  expect(await nextOf("detect-anomalies")).toMatchObject({
    nextAt: new Date("2027-03-10T13:00:00Z"),
    everySeconds: null,
  });
  expect(await nextOf("drain-events")).toMatchObject({ nextAt: now, everySeconds: 0.5 });
  vi.stubEnv("INNGEST_SIGNING_KEY", "key");
  expect(await nextOf("drain-events")).toMatchObject({
    nextAt: new Date("2027-03-10T12:21:00Z"),
    everySeconds: null,
  });
});
