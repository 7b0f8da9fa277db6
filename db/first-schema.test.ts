import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Database, openDatabase } from "@/db/client";
import { listRuns } from "@/db/detection-runs";
import { NO_PLACE } from "@/db/geo";
import { listIpRules } from "@/db/ip-rules";
import { listJobRuns } from "@/db/job-runs";
import { applyMigrations, knownMigrations, migrate } from "@/db/migrate";
import { readOverview } from "@/db/overview";
import { recordEvents } from "@/db/record";
import { findRequest } from "@/db/request-logs";
import { readSetting } from "@/db/settings";
import { findSuspicious } from "@/db/suspicious-ips";
import { fillFirstSchema } from "@/db/test/first-rows";
import { testEvent } from "@/db/test/traffic";
import { findUser } from "@/db/users";
import { testDatabase } from "@/services/test/postgres";

type Row = Record<string, unknown>;
const { url, drop } = await testDatabase();
const db: Database = openDatabase(url, { connectionsMax: 4 });
let before: Map<string, Row[]>;

/** Numbers by which rows name each other, or that hold other bits by now; and counts that lie in another shape. */
const MADE_ANEW: Record<string, string[]> = {
  request_logs: ["user_agent_id", "user_agent", "nature"],
  user_agents: ["id"],
  traffic_rollups: ["dimension", "visitors", "allowed", "blocked", "limited"],
};

/** All rows of all tables, and of what was a table once, as objects by the names of their columns. */
async function readAll(): Promise<Map<string, Row[]>> {
  const tables = await db.$client<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace
      and relkind in ('r', 'p', 'v') and not relispartition`;
  const rows = tables.map(async ({ name }): Promise<[string, Row[]]> => {
    const found = await db.$client<
      { row: Row }[]
    >`select to_jsonb(t) as row from ${db.$client(name)} t order by t::text`;
    return [name, found.map(({ row }) => row)];
  });
  return new Map(await Promise.all(rows));
}

beforeAll(async () => {
  await db.$client.begin(async (sql) => {
    await applyMigrations(sql, knownMigrations().slice(0, 1));
    await fillFirstSchema(sql);
  });
  before = await readAll();
  await migrate(url);
});
afterAll(async () => {
  await db.$client.end({ timeout: 1 });
  await drop();
});

test("every table of the first schema had rows, and has each of them after all migrations", async () => {
  const after = await readAll();
  for (const [table, rows] of before) {
    expect(rows.length, table).toBeGreaterThan(0);
    const left = after.get(table) ?? [];
    expect(left, table).toHaveLength(rows.length);
    // Columns may go and come; what is in both must be the same in every row.
    const kept = Object.keys(rows[0] ?? {}).filter(
      (name) => name in (left[0] ?? {}) && !MADE_ANEW[table]?.includes(name),
    );
    const only = (row: Row) => JSON.stringify(Object.fromEntries(kept.map((name) => [name, row[name]])));
    expect(left.map(only).sort(), table).toEqual(rows.map(only).sort());
  }
  const counts = [...before].map(([table, rows]) => `${table} ${rows.length}`);
  console.log(`     ${knownMigrations().length - 1} migrations over ${counts.join(", ")}`);
});

test("counts by hour are the same, and what came most often stands in the order of its requests", async () => {
  const [total] = await db.$client`
    select allowed, blocked, limited from traffic_rollups where dimension = 'total'`;
  expect(total).toEqual({ allowed: 300, blocked: 20, limited: 10 });
  const tops = await db.$client`
    select dimension, keys, requests, refused, visitors is not null as "hasVisitors" from traffic_rollups
    where dimension <> 'total' order by dimension::text`;
  expect(tops).toEqual([
    { dimension: "country", keys: ["NG"], requests: [330], refused: [30], hasVisitors: true },
    { dimension: "network", keys: ["203.0.113.0/24"], requests: [330], refused: [30], hasVisitors: false },
    { dimension: "path", keys: ["/page/1"], requests: [6], refused: [5], hasVisitors: false },
    { dimension: "place", keys: ["NG|Lagos|6.45|3.39"], requests: [330], refused: [30], hasVisitors: false },
  ]);
});

test("today's queries read them", async () => {
  for (const number of [1, 10, 400]) {
    const row = before.get("request_logs")?.find(({ path }) => path === `/page/${number}`) as Row;
    expect(await findRequest(db, String(row.id))).toMatchObject({
      path: `/page/${number}`,
      verdict: row.verdict,
      reason: row.reason,
      status: row.status,
      host: "www.example.com",
      referrerHost: "search.example.org",
      city: "Lagos",
      countryCode: "NG",
      agentName: number % 2 === 0 ? "Firefox" : "curl",
      network: "203.0.113.0/24",
    });
  }
  const bare = await findRequest(db, "019cd777-0000-7000-8000-000000000000");
  expect(bare).toMatchObject({ agentText: "An agent that had no room/1.0", host: null, status: null });
  const span = { from: new Date("2026-03-09T00:00Z"), to: new Date("2026-03-10T00:00Z") };
  expect((await readOverview(db, "24h", span.to)).current.requests).toBeGreaterThan(0);
  const { total } = await listIpRules(db, { action: "block", state: "all" }, "a key");
  expect(total).toBe(4);
  expect(await findUser(db, "ADMIN")).toMatchObject({ role: "admin", isActive: true });
  expect(await findUser(db, "guest")).toMatchObject({ role: "viewer", isActive: false });
  expect(await readSetting(db, "a-later-setting", z.object({ kept: z.boolean() }))).toEqual({ kept: true });
  expect(await findSuspicious(db, 1)).toMatchObject({ status: "blocked", detections: 4, isActive: true });
  expect(await findSuspicious(db, 2)).toMatchObject({ status: "ignored", isActive: false });
  expect((await listRuns(db))[0]).toMatchObject({ examined: 50, flagged: 1 });
  expect((await listJobRuns(db)).map(({ job }) => job).sort()).toEqual(["drain-events", "publish-rules"]);
});

test("today's drain goes on beside them", async () => {
  const at = Date.now();
  const event = testEvent({ at, path: "/today" });
  const locator = { open: async () => {}, locate: () => NO_PLACE };
  expect(await recordEvents([event], { db, locator, hashKey: "a key", privacy: "hashed" })).toBe(1);
  expect(await findRequest(db, event.id)).toMatchObject({ path: "/today" });
});
