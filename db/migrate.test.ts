import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { testDatabase } from "@/services/test/postgres";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase(database.url);
  await migrate(database.url);
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

test("what detection counts by comes before the texts, in new partitions too", async () => {
  const columns = await db.$client<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = 'request_rows'::regclass and attnum > 0 order by attnum limit 6`;
  const first = ["id", "nature", "agent_bit", "ip_hash", "path_bit", "signals"];
  expect(columns.map(({ name }) => name)).toEqual(first);
});

test("migrating again changes nothing", async () => {
  const applied = () => db.$client`select hash, created_at from drizzle.__drizzle_migrations order by id`;
  const before = await applied();
  await migrate(database.url);
  expect(await applied()).toEqual(before);
});
