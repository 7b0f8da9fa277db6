import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { testDatabase } from "@/services/test/postgres";

const first = await testDatabase();
const second = await testDatabase();
afterAll(() => Promise.all([first.drop(), second.drop()]));

test("a test database is empty, its own and a real PostgreSQL 18", async () => {
  const sql = postgres(first.url, { max: 1 });
  await sql`create table visits (id int)`;
  const [row] =
    await sql`select current_setting('server_version_num')::int as version, current_setting('TimeZone') as zone`;
  await sql.end();
  expect(row?.version).toBeGreaterThanOrEqual(180000);
  expect(row?.zone).toBe("UTC");
  const other = postgres(second.url, { max: 1 });
  const tables = await other`select 1 from pg_tables where schemaname = 'public'`;
  await other.end();
  expect(tables).toHaveLength(0);
});

test("a test database can be dropped while connections to it are open", async () => {
  const database = await testDatabase();
  const sql = postgres(database.url, { max: 1 });
  await sql`select 1`;
  await database.drop();
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end({ timeout: 1 });
});
