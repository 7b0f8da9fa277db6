import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { DETECTION_ACTOR, pruneDetectionAudits, writeAudit } from "@/db/audit-logs";
import { deleteInBatches } from "@/db/batches";
import { pruneEndedRules } from "@/db/ip-rules";
import { pruneRecords, pruneSuspicious } from "@/db/retention";
import { settleEndedBlocks } from "@/db/suspicion-verbs";
import { listSuspicious } from "@/db/suspicious-ips";
import { recordTraffic, testEvent } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const DAY = 86_400_000;
const NOW = new Date();
const KEEP = { days: 30, rollupMonths: 13 };
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);

const { db } = await openTestDatabase();

beforeEach(
  () => db.$client`truncate request_rows, traffic_rollups, texts, suspicious_ips, ip_rules, audit_logs`,
);

/** A suspicious network, last seen so many days ago. */
async function suspect(network: string, status: string, days: number): Promise<void> {
  await db.$client`
    insert into suspicious_ips (target, target_kind, network, reason, reasons, score, parts, first_detected, last_detected,
      status, status_by, details)
    values (${network}, 'range', ${network}, 'distributed', '{distributed}', 60, '{}', ${daysAgo(days + 1).toISOString()},
      ${daysAgo(days).toISOString()}, ${status}, 'detection', '{"findings": [], "samples": []}')`;
}

async function suspects(): Promise<string[]> {
  const rows = await db.$client<{ target: string }[]>`select target from suspicious_ips order by target`;
  return rows.map(({ target }) => target);
}

test("requests older than the retention go, with the user agents that only they named; younger ones stay", async () => {
  const old = testEvent({ at: daysAgo(40).getTime(), path: "/old", userAgent: "Old/1.0" });
  const young = testEvent({ at: daysAgo(1).getTime(), path: "/new", userAgent: "New/1.0" });
  await recordTraffic(db, [old, young], { now: NOW });
  const pruned = await pruneRecords(db, NOW, KEEP);
  expect(pruned.partitions + pruned.requests).toBeGreaterThan(0);
  expect(await db.$client`select path from request_logs`).toMatchObject([{ path: "/new" }]);
  expect(await db.$client`select user_agent from user_agents`).toMatchObject([{ user_agent: "New/1.0" }]);
});

test("hourly counts go after their months", async () => {
  await recordTraffic(db, [testEvent({ at: daysAgo(1).getTime() })], { now: NOW });
  await db.$client`
    update traffic_rollups set bucket = bucket - interval '14 months'`;
  const { rollups } = await pruneRecords(db, NOW, KEEP);
  expect(rollups).toBeGreaterThan(0);
  expect(await db.$client`select from traffic_rollups`).toHaveLength(0);
});

describe("suspicious addresses", () => {
  test("go with the requests that made them so", async () => {
    await suspect("192.0.2.0/24", "open", 31);
    await suspect("198.51.100.0/24", "resolved", 31);
    await suspect("203.0.113.0/24", "open", 29);
    expect((await pruneRecords(db, NOW, KEEP)).suspicious).toBe(2);
    expect(await suspects()).toEqual(["203.0.113.0/24"]);
  });

  test("stay where somebody decided: ignored and blocked ones", async () => {
    await suspect("192.0.2.0/24", "ignored", 400);
    await suspect("198.51.100.0/24", "blocked", 400);
    expect((await pruneRecords(db, NOW, KEEP)).suspicious).toBe(0);
  });

  test("never are more than a number, however many an attacker invents: the oldest go", async () => {
    for (let third = 0; third < 6; third++) await suspect(`198.51.${third}.0/24`, "open", third);
    await suspect("203.0.113.0/24", "ignored", 20);
    expect(await pruneSuspicious(db, daysAgo(30), 4)).toBe(2);
    expect(await suspects()).toEqual([
      "198.51.0.0/24",
      "198.51.1.0/24",
      "198.51.2.0/24",
      "198.51.3.0/24",
      "203.0.113.0/24",
    ]);
  });

  test("that detection found inside a blocked network are bounded, too; whom a person blocked stays", async () => {
    for (let third = 0; third < 6; third++) await suspect(`198.51.${third}.0/24`, "blocked", third);
    await suspect("203.0.113.0/24", "blocked", 20);
    await db.$client`update suspicious_ips set status_by = 'ada' where target = '203.0.113.0/24'`;
    expect(await pruneSuspicious(db, daysAgo(30), 4)).toBe(2);
    expect(await suspects()).toEqual([
      "198.51.0.0/24",
      "198.51.1.0/24",
      "198.51.2.0/24",
      "198.51.3.0/24",
      "203.0.113.0/24",
    ]);
  });
});

/** A rule that was lifted, or whose time was over, so many days ago; with null it holds. */
async function rule(target: string, origin: string, ended: { lifted?: number; over?: number } | null) {
  const [row] = await db.$client<{ id: number }[]>`
    insert into ip_rules (action, target, target_kind, network, origin, created_by, created_at, updated_at, expires_at, is_active)
    values ('block', ${target}, 'range', ${target}, ${origin}, 'a test', ${daysAgo(600).toISOString()},
      ${daysAgo(ended?.lifted ?? 600).toISOString()},
      ${ended?.over === undefined ? null : daysAgo(ended.over).toISOString()}, ${ended?.lifted === undefined})
    returning id`;
  return row?.id ?? 0;
}

async function rules(): Promise<string[]> {
  const rows = await db.$client<{ target: string }[]>`select target from ip_rules order by id`;
  return rows.map(({ target }) => target);
}

describe("rules that have ended", () => {
  test("go with the hourly counts of their time, whoever made them; what holds stays however old", async () => {
    await rule("192.0.2.0/28", "manual", { lifted: 420 });
    await rule("192.0.2.16/28", "feed:drop", { over: 420 });
    await rule("192.0.2.32/28", "detection:crawl", { lifted: 420, over: 500 });
    await rule("192.0.2.48/28", "manual", { lifted: 300 });
    await rule("192.0.2.64/28", "cli", { over: 300 });
    await rule("192.0.2.80/28", "manual", null);
    await rule("192.0.2.96/28", "manual", { over: -1 });
    expect((await pruneRecords(db, NOW, KEEP)).rules).toBe(3);
    expect(await rules()).toEqual(["192.0.2.48/28", "192.0.2.64/28", "192.0.2.80/28", "192.0.2.96/28"]);
  });

  test("of detection are never more than a number, the last made; others and those in force do not count", async () => {
    for (let part = 0; part < 6; part++)
      await rule(`192.0.2.${part * 16}/28`, "detection:crawl", { lifted: 1 });
    await rule("198.51.100.0/28", "detection:crawl", null);
    await rule("203.0.113.0/28", "manual", { lifted: 1 });
    expect(await pruneEndedRules(db, NOW, daysAgo(400), 4)).toBe(2);
    const kept = [2, 3, 4, 5].map((part) => `192.0.2.${part * 16}/28`);
    expect(await rules()).toEqual([...kept, "198.51.100.0/28", "203.0.113.0/28"]);
    expect(await pruneEndedRules(db, NOW, daysAgo(400), 4)).toBe(0);
  });

  test("leave cases that name them readable, and one that still says it is blocked is closed", async () => {
    const id = await rule("203.0.113.0/24", "detection:distributed", { lifted: 420 });
    await suspect("203.0.113.0/24", "ignored", 1);
    await suspect("198.51.100.0/24", "blocked", 1);
    await db.$client`update suspicious_ips set rule_id = ${id}`;
    expect((await pruneRecords(db, NOW, KEEP)).rules).toBe(1);
    const { rows } = await listSuspicious(db, { status: "all" }, "a key");
    expect(rows).toMatchObject([
      { ruleId: id, rule: null },
      { ruleId: id, rule: null },
    ]);
    expect(await settleEndedBlocks(db)).toBe(1);
    expect(await settleEndedBlocks(db)).toBe(0);
  });

  test("go batch by batch, and a batch leaves alone what the condition does not mean", async () => {
    for (let part = 0; part < 16; part++)
      await rule(`192.0.2.${part * 16}/28`, part % 3 === 0 ? "manual" : "cli", { lifted: 1 });
    expect(await deleteInBatches(db, "ip_rules", sql`origin = 'cli'`, 2)).toBe(10);
    expect(await rules()).toHaveLength(6);
  });
});

test("what detection did by itself is bounded in the audit log, by time and by number; what people did stays", async () => {
  const write = (actor: string, action: string) => writeAudit(db, { actor, action, subject: "rule:1" });
  for (const action of ["block", "block-suspicious", "block", "block-suspicious"])
    await write(DETECTION_ACTOR, action);
  await write("ada", "block");
  await write(DETECTION_ACTOR, "sign-in");
  await db.$client`update audit_logs set occurred_at = ${daysAgo(500).toISOString()} where actor = 'ada'`;
  expect(await pruneDetectionAudits(db, daysAgo(400), 3)).toBe(1);
  await db.$client`
    update audit_logs set occurred_at = ${daysAgo(500).toISOString()}
    where id = (select min(id) from audit_logs)`;
  expect((await pruneRecords(db, NOW, KEEP)).audits).toBe(1);
  expect(await db.$client`select actor, action from audit_logs order by id`).toEqual([
    { actor: DETECTION_ACTOR, action: "block" },
    { actor: DETECTION_ACTOR, action: "block-suspicious" },
    { actor: "ada", action: "block" },
    { actor: DETECTION_ACTOR, action: "sign-in" },
  ]);
});
