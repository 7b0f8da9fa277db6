import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeEach, expect, test } from "vitest";
import { database, openDatabase, sqlState } from "@/db/client";
import { withLock } from "@/db/locks";
import { isLostConnection } from "@/db/lost-connection";
import { testDatabase } from "@/services/test/postgres";

const { url, drop } = await testDatabase();
const killer = openDatabase(url, { connectionsMax: 1 });
process.env.DATABASE_URL = url;
afterAll(async () => {
  await killer.$client.end({ timeout: 1 });
  await database().$client.end({ timeout: 1 });
  await drop();
});

// An exception that nobody catches would end a process; vitest reports it and fails the run.
const uncaught: unknown[] = [];
process.on("uncaughtException", (error) => uncaught.push(error));
beforeEach(() => uncaught.splice(0));

/** Ends every other connection to the database, as a PostgreSQL that dies does. */
async function cutAll(): Promise<void> {
  await killer.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
}

test("an error that only says that the connection is lost is told from all others", () => {
  expect(isLostConnection(Object.assign(new Error("gone"), { code: "57P01" }))).toBe(true);
  expect(isLostConnection(Object.assign(new Error("gone"), { code: "CONNECTION_CLOSED" }))).toBe(true);
  expect(isLostConnection(Object.assign(new Error("wrong"), { code: "42P01" }))).toBe(false);
  expect(isLostConnection(new Error("wrong"))).toBe(false);
});

test("a transaction whose connection is lost fails, and nothing is thrown past its caller", async () => {
  const db = openDatabase(url, { connectionsMax: 4 });
  const waiting = db.transaction((transaction) => transaction.execute(sql`select pg_sleep(20)`));
  const idle = db.transaction(async (transaction) => {
    await transaction.execute(sql`select 1`);
    await sleep(300);
    await transaction.execute(sql`select 2`);
  });
  const nested = db.transaction(async (transaction) => {
    await transaction
      .transaction((inner) => inner.execute(sql`select pg_sleep(20)`))
      .catch(() => transaction.execute(sql`select 3`));
  });
  await sleep(100);
  const results = Promise.allSettled([waiting, idle, nested]);
  await cutAll();
  for (const result of await results) expect(result.status).toBe("rejected");
  await sleep(500);
  expect(uncaught).toEqual([]);
  await db.$client.end({ timeout: 1 });
});

test("a transaction that fails by itself is rolled back, and its connection is used again", async () => {
  const db = openDatabase(url, { connectionsMax: 1 });
  await db.execute(sql`create table kept (id int)`);
  const failing = db.transaction(async (transaction) => {
    await transaction.execute(sql`insert into kept values (1)`);
    await transaction
      .transaction((inner) => inner.execute(sql`insert into nowhere values (1)`))
      .catch(() => {});
    await transaction.execute(sql`insert into kept values (2)`);
    throw new Error("on purpose");
  });
  await expect(failing).rejects.toThrow("on purpose");
  expect(await db.execute(sql`select id from kept`)).toHaveLength(0);
  const refused = db.transaction((transaction) => transaction.execute(sql`select 1/0`));
  expect(await refused.catch(sqlState)).toBe("22012");
  await db.$client.end({ timeout: 1 });
});

test("after a lost connection the process asks by a new pool, at once", async () => {
  const before = database();
  // All connections are up: what one that is just made does, the driver tells nobody.
  await Promise.all(Array.from({ length: 12 }, () => before.execute(sql`select pg_sleep(0.3)`)));
  const asked = Promise.allSettled(
    Array.from({ length: 12 }, () => before.execute(sql`select pg_sleep(20)`)),
  );
  await sleep(200);
  await cutAll();
  await asked;
  await sleep(50);
  expect(database()).not.toBe(before);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 12 }, () => database().execute(sql`select 1`)));
  expect(performance.now() - startedAt).toBeLessThan(4000);
  await before.$client.end({ timeout: 1 });
});

test("work goes to its end when the connection of its lock is lost, and the lock is free again", async () => {
  const db = openDatabase(url, { connectionsMax: 4 });
  const work = withLock(db, "a lock", async () => {
    await cutAll();
    await sleep(100);
    return "done";
  });
  expect(await work).toBe("done");
  expect(await withLock(db, "a lock", async () => "again")).toBe("again");
  expect(uncaught).toEqual([]);
  await db.$client.end({ timeout: 1 });
});
