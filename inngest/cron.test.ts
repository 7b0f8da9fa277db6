import { describe, expect, test } from "vitest";
import { cronTimes, nextCronTime } from "@/inngest/cron";
import { JOBS } from "@/inngest/jobs";

const next = (cron: string, after: string) => nextCronTime(cron, new Date(after)).toISOString();

describe("a schedule", () => {
  test.each([
    ["0 * * * *", "2026-03-10T12:00:00Z", "2026-03-10T13:00:00.000Z"],
    ["0 * * * *", "2026-03-10T12:59:59.999Z", "2026-03-10T13:00:00.000Z"],
    ["*/15 * * * *", "2026-03-10T12:31:00Z", "2026-03-10T12:45:00.000Z"],
    ["20 3 * * *", "2026-03-10T03:20:00Z", "2026-03-11T03:20:00.000Z"],
    ["0 0 29 2 *", "2027-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["30 8 * * 1-5", "2026-03-13T09:00:00Z", "2026-03-16T08:30:00.000Z"],
    ["0 0 1 * 1", "2026-03-03T00:00:00Z", "2026-03-09T00:00:00.000Z"],
    ["5,35 10-11 * * *", "2026-03-10T10:35:00Z", "2026-03-10T11:05:00.000Z"],
  ])("%s after %s is %s", (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected);
  });

  test.each(["", "* * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "* * 0 * *"])(
    "%j is none",
    (cron) => {
      expect(() => next(cron, "2026-03-10T12:00:00Z")).toThrow();
    },
  );
});

describe("the list of jobs", () => {
  // "An execution is one function run or one step execution": https://www.inngest.com/docs/durable-execution/limits
  test("stays within 50,000 executions of a month of 31 days, a run and its one step being two", () => {
    const runs = JOBS.reduce((sum, { cron }) => sum + cronTimes(cron, 31), 0);
    expect(runs * 2).toBeLessThan(50_000);
  });

  test("detects every hour at minute 0, and on the event", () => {
    const job = JOBS.find(({ id }) => id === "detect-anomalies");
    expect(job).toMatchObject({ cron: "0 * * * *", keepsCron: true, event: "gatehouse/detection.requested" });
  });

  test("has ids of its own, each with a description", () => {
    expect(new Set(JOBS.map(({ id }) => id)).size).toBe(JOBS.length);
    for (const { description } of JOBS) expect(description.length).toBeGreaterThan(20);
  });
});
