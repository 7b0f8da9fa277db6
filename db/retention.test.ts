import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { pruneRecords, pruneSuspicious } from "@/db/retention";
import { recordTraffic, testEvent } from "@/db/test/traffic";
import { testDatabase } from "@/services/test/postgres";

const DAY = 86_400_000;
const NOW = new Date();
const KEEP = { days: 30, rollupMonths: 13 };
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
beforeEach(() => db.$client`truncate request_rows, traffic_rollups, texts, suspicious_ips`);
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

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
});
