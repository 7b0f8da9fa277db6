import { beforeEach, expect, test } from "vitest";
import { readAuthors } from "@/db/detection-authors";
import { countFindings } from "@/db/detection-findings";
import { changePolicy, readPolicy } from "@/db/detection-policy";
import {
  changeDetection,
  changeThresholds,
  readThresholds,
  readThresholdViews,
  thresholdProblems,
} from "@/db/detection-settings";
import { openTestDatabase } from "@/services/test/database";

const ADA = { name: "ada" };
const BOB = { name: "bob" };

const { db } = await openTestDatabase();

beforeEach(() => db.$client`truncate settings, audit_logs, suspicious_ips`);

const viewOf = async (name: string, source: Record<string, string> = {}) =>
  (await readThresholdViews(db, source)).find((view) => view.name === name);

test("a threshold says what it is, what it would be, and who made it so", async () => {
  expect(await viewOf("loginFailures")).toMatchObject({
    value: 5,
    fallback: 5,
    origin: "default",
    author: null,
    range: { min: 2, max: 10_000 },
  });
  await changeThresholds(db, { loginFailures: 8, crawlPaths: 80 }, ADA, {});
  await changeThresholds(db, { crawlPaths: 90 }, BOB, {});
  expect(await viewOf("loginFailures")).toMatchObject({ value: 8, origin: "page", author: { name: "ada" } });
  expect(await viewOf("crawlPaths")).toMatchObject({ value: 90, author: { name: "bob" } });
  await changeThresholds(db, { loginFailures: null }, BOB, {});
  expect(await viewOf("loginFailures")).toMatchObject({ value: 5, origin: "default", author: null });
});

test("the environment wins, is named as the origin, and is not overwritten", async () => {
  await changeThresholds(db, { requests: 50 }, ADA, {});
  const source = { SUSPICIOUS_REQUEST_THRESHOLD: "70" };
  expect(await viewOf("requests", source)).toMatchObject({ value: 70, origin: "environment", author: null });
  await expect(changeThresholds(db, { requests: 9 }, ADA, source)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("SUSPICIOUS_REQUEST_THRESHOLD is set in the environment"),
  });
});

test("a variable that is wrong is told with its threshold, and the others can still be seen", async () => {
  const source = { SUSPICIOUS_REQUEST_THRESHOLD: "many" };
  expect(await viewOf("requests", source)).toMatchObject({
    origin: "environment",
    problem: expect.stringContaining('SUSPICIOUS_REQUEST_THRESHOLD is "many"'),
  });
  expect(await viewOf("loginFailures", source)).toMatchObject({ value: 5, problem: null });
});

test("what is wrong is said for each field, with what would be right", () => {
  const wrong = { requests: 0, loginFailures: 5, sensitivePaths: ["admin"], crawlPaths: null };
  expect(thresholdProblems(wrong, {})).toEqual({
    requests: "Enter a whole number from 1 to 1,000,000.",
    sensitivePaths: "admin: A path begins with /, such as /admin/.",
  });
});

test("changes are stored together or not at all", async () => {
  const one = { thresholds: { requests: 50, crawlPaths: 1 }, modes: { crawl: "enforce" } } as const;
  await expect(changeDetection(db, one, ADA, {})).rejects.toMatchObject({
    code: "bad-input",
    message: "CRAWL_PATHS: Enter a whole number from 5 to 250.",
  });
  const other = { thresholds: { requests: 50 }, modes: { crawl: "sometimes" as never } };
  await expect(changeDetection(db, other, ADA, {})).rejects.toMatchObject({ code: "bad-input" });
  expect((await readThresholds(db, {})).requests).toBe(100);
  expect((await readPolicy(db)).crawl).toBe("observe");
  await changeDetection(db, { thresholds: { requests: 50 }, modes: { crawl: "enforce" } }, ADA, {});
  expect((await readThresholds(db, {})).requests).toBe(50);
  expect((await readPolicy(db)).crawl).toBe("enforce");
});

test("two administrators at once do not undo each other", async () => {
  await Promise.all([
    changeDetection(db, { thresholds: { requests: 50 }, modes: {} }, ADA, {}),
    changeDetection(db, { thresholds: { crawlPaths: 80 }, modes: { crawl: "off" } }, BOB, {}),
  ]);
  expect(await readThresholds(db, {})).toMatchObject({ requests: 50, crawlPaths: 80 });
  expect(await readAuthors(db)).toMatchObject({
    requests: { name: "ada" },
    crawlPaths: { name: "bob" },
    "rule:crawl": { name: "bob" },
  });
});

test("every change is in the audit log, with what was and what is", async () => {
  await changeThresholds(db, { requests: 50 }, ADA, {});
  await changePolicy(db, { crawl: "enforce" }, BOB);
  const rows = await db.$client`select actor, action, before, after from audit_logs order by id`;
  expect(rows).toEqual([
    { actor: "ada", action: "change-thresholds", before: {}, after: { requests: 50 } },
    {
      actor: "bob",
      action: "change-detection-policy",
      before: { crawl: "observe" },
      after: { crawl: "enforce" },
    },
  ]);
});

test("what a rule has found is counted by what followed, from a time on", async () => {
  const add = (target: string, reasons: string[], followUp: string, at: string) => db.$client`
    insert into suspicious_ips (target, target_kind, network, reason, reasons, score, parts, first_detected, last_detected,
      status_by, details, follow_up)
    values (${target}, 'hash', '203.0.113.0/24', ${reasons[0] ?? ""}, ${reasons}, 50, '{}', ${at}, ${at},
      'detection', '{}', ${followUp})`;
  await add("a", ["crawl", "high-volume"], "would-block", "2026-03-10T12:00:00Z");
  await add("b", ["crawl"], "guarded", "2026-03-10T12:00:00Z");
  await add("c", ["crawl"], "blocked", "2026-03-01T12:00:00Z");
  const findings = await countFindings(db, new Date("2026-03-05T00:00:00Z"));
  expect(findings.get("crawl")).toEqual({ found: 2, blocked: 0, wouldBlock: 1, guarded: 1 });
  expect(findings.get("high-volume")).toEqual({ found: 1, blocked: 0, wouldBlock: 1, guarded: 0 });
  expect(findings.has("injection")).toBe(false);
});
