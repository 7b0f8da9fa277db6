import { InngestTestEngine } from "@inngest/test";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listRuns } from "@/db/detection-runs";
import { listJobRuns } from "@/db/job-runs";
import { type TestSite, testSite } from "@/services/test/site";

// Each job as Inngest runs it: its real handler, by the SDK's own engine, on a real database and edge store.

let site: TestSite;
let functions: typeof import("@/inngest/functions").functions;

beforeAll(async () => {
  site = await testSite({
    EVENT_SEAL_KEY: "a key for the events of a test",
    INNGEST_DEV: "1",
    INNGEST_EVENT_KEY: "",
    INNGEST_SIGNING_KEY: "",
  });
  functions = (await import("@/inngest/functions")).functions;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await site.stop();
});

const TIMER = { name: "inngest/scheduled.timer", data: { cron: "0 * * * *" } };

function engineOf(id: string, event: { name: string; data: Record<string, unknown> } = TIMER) {
  const own = functions.find((one) => one.id("gatehouse") === `gatehouse-${id}`);
  if (!own) throw new Error(`There is no function ${id}`);
  return new InngestTestEngine({ function: own, events: [event] });
}

test.each([
  ["drain-events", { events: 0, inserted: 0, flagged: 0 }],
  ["detect-anomalies", { examined: 0, flagged: 0, blocked: 0 }],
  ["publish-rules", { entries: 0 }],
  ["expire-rules", { ended: 0 }],
  ["prune-logs", { partitions: 0, rollups: 0 }],
])("%s runs by the clock, in one step, and leaves its mark", async (id, expected) => {
  const { result, ctx } = await engineOf(id).execute();
  expect(result).toMatchObject(expected);
  expect(ctx.step.run).toHaveBeenCalledExactlyOnceWith(id, expect.any(Function));
  const mark = (await listJobRuns(site.db)).find(({ job }) => job === id);
  expect(mark).toMatchObject({ error: null, result: expected });
});

test("detection by event looks at the window that the event names, for whom it names", async () => {
  const data = { window: "24h", at: "2026-03-10T12:00:00Z", actor: "ada", trigger: "manual" };
  await engineOf("detect-anomalies", { name: "gatehouse/detection.requested", data }).execute();
  expect((await listRuns(site.db))[0]).toMatchObject({
    trigger: "manual",
    actor: "ada",
    windowFrom: new Date("2026-03-09T12:00:00Z"),
    windowTo: new Date("2026-03-10T12:00:00Z"),
  });
});

test("a job that fails hands its error to Inngest, which tries again", async () => {
  vi.stubEnv("SUSPICIOUS_REQUEST_THRESHOLD", "many");
  const { error } = await engineOf("detect-anomalies").execute();
  expect(error).toMatchObject({ message: expect.stringContaining("SUSPICIOUS_REQUEST_THRESHOLD") });
  const mark = (await listJobRuns(site.db)).find(({ job }) => job === "detect-anomalies");
  expect(mark).toMatchObject({
    error: expect.stringContaining("SUSPICIOUS"),
    failingSince: expect.any(Date),
  });
  vi.unstubAllEnvs();
});
