import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "@/cli/test/run-command";
import { listRuns } from "@/db/detection-runs";
import { requestedJobs, takeJobRequest } from "@/db/job-runs";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const AT = "2026-03-10T12:00:00Z";

const { db, url } = await openTestDatabase({ connectionsMax: 2 });
const nowhere = mkdtempSync(join(tmpdir(), "gatehouse-cli-detect-"));

beforeAll(async () => {
  Object.assign(process.env, {
    GATEHOUSE_DIR: nowhere,
    DATABASE_URL: url,
    UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
    UPSTASH_REDIS_REST_TOKEN: "x",
    IP_HASH_KEY: TEST_HASH_KEY,
  });
  const to = Date.parse(AT);
  const probe = (ip: string, minutesAgo: number) =>
    testEvent({ at: to - minutesAgo * 60_000, ip, path: "/.env", status: 404 });
  await recordTraffic(db, [probe("203.0.113.1", 5), probe("203.0.113.2", 90), testEvent({ at: to - 1000 })], {
    now: new Date(to),
  });
});
afterAll(() => rmSync(nowhere, { recursive: true }));

test("says how many are suspicious, of the window that it is asked for", async () => {
  const hour = await runCommand("detect", "--at", AT);
  expect(hour.code).toBe(0);
  expect(hour.out).toMatch(
    /^Found 1 suspicious address among 2 visitors from 10 Mar 2026, 11:00:00 UTC to 10 Mar 2026, 12:00:00 UTC\. 1 new\.\n/,
  );
  expect(hour.out).toContain("sensitive-files: 1");
  const longer = await runCommand("detect", "--at", AT, "--window", "3h", "--json");
  expect(JSON.parse(longer.out)).toMatchObject({ flagged: 2, trigger: "manual", details: { created: 1 } });
  expect((await listRuns(db)).map(({ actor }) => actor)).toEqual([
    expect.stringMatching(/^cli:/),
    expect.stringMatching(/^cli:/),
  ]);
});

test("with --async only leaves the wish, which the scheduler takes", async () => {
  const { code, out } = await runCommand("detect", "--async", "--window", "24h");
  expect(code).toBe(0);
  expect(out).toContain("as soon as Gatehouse runs");
  expect(await requestedJobs(db)).toEqual(["detect-anomalies"]);
  expect(await takeJobRequest(db, "detect-anomalies")).toMatchObject({ window: "24h", trigger: "manual" });
  expect(await takeJobRequest(db, "detect-anomalies")).toBeNull();
});

test.each([
  ["--window", "soon"],
  ["--at", "noon"],
  ["--window", "30d"],
])("%s %s is refused with a sentence", async (...args) => {
  const { code, err } = await runCommand("detect", ...args);
  expect(code).toBeGreaterThan(0);
  expect(err.length).toBeGreaterThan(10);
});
