import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { listRuns } from "@/db/detection-runs";
import { listJobRuns } from "@/db/job-runs";
import { type FakeInngest, fakeInngest, signed } from "@/services/test/fake-inngest";
import { SITE_URL, type TestSite, testSite } from "@/services/test/site";

// The protocol of the SDK, spoken to the route handlers as Inngest speaks it; its API on the other side is a stand-in.

const SIGNING_KEY = `signkey-test-${"5a".repeat(32)}`;
const OTHER_KEY = `signkey-test-${"6b".repeat(32)}`;
const PATH = "/api/inngest";
const DETECT = "gatehouse-detect-anomalies";

let site: TestSite;
let inngest: FakeInngest;
let route: typeof import("@/app/api/inngest/route");
let jobs: typeof import("@/inngest/jobs").JOBS;

beforeAll(async () => {
  inngest = await fakeInngest();
  site = await testSite({
    INNGEST_SIGNING_KEY: SIGNING_KEY,
    INNGEST_EVENT_KEY: "an event key",
    INNGEST_BASE_URL: inngest.url,
    INNGEST_DEV: "",
  });
  // The SDK reads where its API is when its client is made.
  route = await import("@/app/api/inngest/route");
  jobs = (await import("@/inngest/jobs")).JOBS;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([site.stop(), inngest.stop()]);
});
beforeEach(() => {
  vi.unstubAllEnvs();
  inngest.asked.length = 0;
  vi.spyOn(console, "error").mockImplementation(() => {});
});

type Event = { name: string; data: Record<string, unknown> };
const asking = (data: Record<string, unknown>): Event => ({ name: "gatehouse/detection.requested", data });

/** What Inngest sends to have a run carried on: the event, the steps that are done, and the run's own data. */
const callOf = (event: Event, steps: Record<string, unknown> = {}, attempt = 0) => ({
  version: 2,
  event,
  events: [event],
  steps,
  ctx: { run_id: "01HTESTRUN", attempt, max_attempts: 3, stack: { stack: Object.keys(steps), current: 0 } },
});

const post = (call: unknown, { key = SIGNING_KEY, at = Date.now(), fnId = DETECT } = {}) =>
  route.POST(
    site.visit(`${PATH}?fnId=${fnId}&stepId=step`, { method: "POST", ...signed(call, key, at) }),
    {},
  );

const markOf = async (job: string) => (await listJobRuns(site.db)).find((run) => run.job === job);

describe("sync", () => {
  test("tells Inngest every job with its times, one run at a time and its tries", async () => {
    const body = { url: `${SITE_URL}${PATH}` };
    const { headers, ...rest } = signed(body, SIGNING_KEY);
    const answer = await route.PUT(
      site.visit(PATH, {
        method: "PUT",
        headers: { ...headers, "x-inngest-sync-kind": "in_band" },
        ...rest,
      }),
      {},
    );
    expect(answer.status).toBe(200);
    const told = await answer.json();
    expect(told).toMatchObject({ app_id: "gatehouse", url: body.url });
    for (const { id, cron, event } of jobs) {
      const own = told.functions.find((one: { id: string }) => one.id === `gatehouse-${id}`);
      expect(own.concurrency).toBe(1);
      expect(own.steps.step.retries).toEqual({ attempts: 3 });
      expect(own.triggers).toContainEqual({ cron });
      const wish = event
        ? { event }
        : { event: "gatehouse/job.requested", expression: `event.data.job == "${id}"` };
      expect(own.triggers).toContainEqual(wish);
    }
    expect(told.functions).toHaveLength(jobs.length);
  });

  test("registers at Inngest's API when it is signed", async () => {
    const answer = await route.PUT(site.visit(PATH, { method: "PUT", ...signed({}, SIGNING_KEY) }), {});
    expect(await answer.json()).toEqual({ message: "Successfully registered", modified: true });
    const [registration] = inngest.asked;
    expect(registration).toMatchObject({ method: "POST", path: "/fn/register" });
    expect(registration?.headers.authorization).toMatch(/^Bearer signkey-test-[0-9a-f]{64}$/);
    expect(registration?.headers.authorization).not.toContain(SIGNING_KEY);
    expect(registration?.body).toMatchObject({ appName: "gatehouse", url: `${SITE_URL}${PATH}` });
  });

  test("of a stranger, who would send the jobs to another address, is refused and not passed on", async () => {
    const answer = await route.PUT(
      site.visit(PATH, { method: "PUT", headers: { host: "elsewhere.example" }, body: "{}" }),
      {},
    );
    expect(answer.status).toBe(401);
    expect(inngest.asked).toEqual([]);
  });
});

test("introspection is for Inngest alone", async () => {
  expect((await route.GET(site.visit(PATH), {})).status).toBe(401);
  const answer = await route.GET(site.visit(PATH, signed(null, SIGNING_KEY)), {});
  expect(await answer.json()).toMatchObject({
    authentication_succeeded: true,
    mode: "cloud",
    function_count: jobs.length,
    has_event_key: true,
    has_signing_key: true,
  });
});

describe("a run", () => {
  test("by event does the job in one step, and answers its result once the step is known", async () => {
    const event = asking({ window: "24h", at: "2026-03-10T12:00:00Z", actor: "ada" });
    const first = await post(callOf(event));
    expect(first.status).toBe(206);
    const [step, ...others] = await first.json();
    expect(others).toEqual([]);
    expect(step).toMatchObject({ op: "StepRun", name: "detect-anomalies" });
    expect(step.data).toMatchObject({ examined: 0, flagged: 0 });
    expect(await listRuns(site.db)).toHaveLength(1);

    const second = await post(callOf(event, { [step.id]: { type: "data", data: step.data } }));
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual(step.data);
    const runs = await listRuns(site.db);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      trigger: "api",
      actor: "ada",
      windowFrom: new Date("2026-03-09T12:00:00Z"),
    });
    // An answer is signed as well: Inngest takes no one else's.
    expect(second.headers.get("x-inngest-signature")).toMatch(/^t=\d+&s=[0-9a-f]{64}$/);
  });

  test("by the clock is told as such", async () => {
    const answer = await post(callOf({ name: "inngest/scheduled.timer", data: { cron: "0 * * * *" } }));
    expect(answer.status).toBe(206);
    expect((await listRuns(site.db))[0]).toMatchObject({ trigger: "schedule", actor: "schedule" });
  });

  test("that fails is to be tried again, and leaves its mark until one succeeds", async () => {
    vi.stubEnv("SUSPICIOUS_REQUEST_THRESHOLD", "many");
    const failed = await post(callOf(asking({})));
    expect(failed.status).toBe(206);
    const [step] = await failed.json();
    expect(step).toMatchObject({
      op: "StepError",
      error: { message: expect.stringContaining("SUSPICIOUS_REQUEST_THRESHOLD") },
    });
    expect(failed.headers.get("x-inngest-no-retry")).not.toBe("true");
    expect(await markOf("detect-anomalies")).toMatchObject({
      error: expect.stringContaining("SUSPICIOUS_REQUEST_THRESHOLD"),
      failingSince: expect.any(Date),
    });
    vi.unstubAllEnvs();
    expect((await post(callOf(asking({}), {}, 1))).status).toBe(206);
    expect(await markOf("detect-anomalies")).toMatchObject({ error: null, failingSince: null });
  });

  test("that is asked for with nonsense fails at once: a second try would not help", async () => {
    const failed = await post(callOf(asking({ window: "soon" })));
    const [step] = await failed.json();
    expect(step).toMatchObject({ op: "StepFailed", error: { message: expect.stringContaining("1h") } });
    expect(failed.headers.get("x-inngest-no-retry")).toBe("true");
  });

  test("of a function that there is not is an error", async () => {
    const answer = await post(callOf(asking({})), { fnId: "gatehouse-nothing" });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("gatehouse-nothing");
  });
});

describe("nobody else runs a job", () => {
  test.each([
    [
      "without a signature",
      () =>
        site.visit(`${PATH}?fnId=${DETECT}&stepId=step`, {
          method: "POST",
          body: JSON.stringify(callOf(asking({}))),
        }),
    ],
    ["by another key", () => requestBy(OTHER_KEY, Date.now())],
    ["by a signature of ten minutes ago", () => requestBy(SIGNING_KEY, Date.now() - 600_000)],
    [
      "with another body than the signed one",
      () => {
        const { headers } = signed(callOf(asking({})), SIGNING_KEY);
        const body = JSON.stringify(callOf(asking({ window: "7d" })));
        return site.visit(`${PATH}?fnId=${DETECT}&stepId=step`, { method: "POST", headers, body });
      },
    ],
  ])("%s", async (_, request) => {
    const before = await listRuns(site.db);
    const answer = await route.POST(request(), {});
    expect(answer.status).toBe(401);
    expect(answer.headers.get("x-inngest-signature")).toBeNull();
    expect(await listRuns(site.db)).toEqual(before);
  });

  const requestBy = (key: string, at: number) =>
    site.visit(`${PATH}?fnId=${DETECT}&stepId=step`, {
      method: "POST",
      ...signed(callOf(asking({})), key, at),
    });

  test("where Inngest runs no jobs, whatever they sign", async () => {
    vi.stubEnv("INNGEST_SIGNING_KEY", "");
    const answer = await post(callOf(asking({})));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: expect.stringContaining("INNGEST_SIGNING_KEY") });
  });

  test("from afar where the dev server runs them, which signs nothing", async () => {
    vi.stubEnv("INNGEST_DEV", "1");
    const from = async (ip: string | null) =>
      (await route.GET(site.visit(PATH, { mark: { ip } }), {})).status;
    expect(await from("203.0.113.7")).toBe(403);
    expect(await from(null)).toBe(403);
    expect(await from("127.0.0.1")).toBe(200);
  });
});
