import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { testDatabase } from "@/services/test/postgres";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase(database.url);
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

/** The migrations up to a number, as an earlier version had them. */
async function migrateUpTo(index: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-migrations-"));
  try {
    await cp(join("db", "migrations"), folder, { recursive: true });
    const journal = join(folder, "meta", "_journal.json");
    const { entries, ...rest } = JSON.parse(await readFile(journal, "utf8"));
    await writeFile(journal, JSON.stringify({ ...rest, entries: entries.slice(0, index + 1) }));
    const own = openDatabase(database.url, { connectionsMax: 1 });
    await runMigrations(own, { migrationsFolder: folder });
    await own.$client.end();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rows = () =>
  db.$client<{ id: string; part: string; hash: string; path: string }[]>`
    select id, tableoid::regclass::text as part, encode(ip_hash, 'hex') as hash, path from request_logs order by id`;

test("the rows of an earlier version are all there after the newest migration, each in its partition", async () => {
  await migrateUpTo(2);
  await db.$client.unsafe(`
    create table request_logs_20260801 partition of request_logs
      for values from ('019fb9d1-0800-0000-0000-000000000000') to ('019fbef7-6400-0000-0000-000000000000');
    insert into request_logs (id, occurred_at, verdict, reason, door, kind, ip_hash, network, method, path, signals, user_agent)
    values
      ('019fb9d1-0801-7000-8000-000000000001', '2026-08-01', 'allow', 'default', 'node', 'page', '\\xaa', '203.0.113.0/24', 'GET', '/.env', 1, 'curl'),
      ('019abc00-0000-7000-8000-000000000002', '2025-11-25', 'block', 'block-rule', 'edge', 'api', '\\xbb', '2001:db8::/48', 'GET', '/a', 0, null)`);
  const before = await rows();
  expect(before.map(({ part }) => part)).toEqual(["request_logs_default", "request_logs_20260801"]);
  await migrate(database.url);
  expect(await rows()).toEqual(before);
  const [kept] = await db.$client`select signals, user_agent, verdict from request_logs where path = '/.env'`;
  expect(kept).toEqual({ signals: 1, user_agent: "curl", verdict: "allow" });
});

test("what detection counts by comes before the texts, in new partitions too", async () => {
  const columns = await db.$client<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = 'request_logs'::regclass and attnum > 0 order by attnum limit 6`;
  const first = ["id", "occurred_at", "signals", "nature", "distinct_bits", "ip_hash"];
  expect(columns.map(({ name }) => name)).toEqual(first);
});
