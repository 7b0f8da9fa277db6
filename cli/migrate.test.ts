import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runCommand } from "@/cli/test/run-command";
import { openDatabase } from "@/db/client";
import { verifyPassword } from "@/db/passwords";
import { findUser } from "@/db/users";
import { testDatabase } from "@/services/test/postgres";

let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  vi.stubEnv("GATEHOUSE_DIR", "/nonexistent");
  vi.stubEnv("DATABASE_URL", database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
});

test("an empty database gets its tables and one administrator, whose password is told once and never stored", async () => {
  const first = await runCommand("migrate");
  expect(first).toMatchObject({ code: 0, err: "" });
  const password = /password: (\S+)/.exec(first.out)?.[1] ?? "";
  const db = openDatabase(database.url, { connectionsMax: 1 });
  const user = await findUser(db, "admin");
  expect(user?.passwordHash).not.toContain(password);
  expect(await verifyPassword(user?.passwordHash ?? null, password)).toBe(true);
  await db.$client.end();

  const again = await runCommand("migrate");
  expect(again).toMatchObject({ code: 0, out: "The database is up to date.\n" });
});

test("a database of a newer version is left alone, with one sentence", async () => {
  const db = openDatabase(database.url, { connectionsMax: 1 });
  await db.$client`insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', 99999999999999)`;
  await db.$client.end();
  const { code, err } = await runCommand("migrate");
  expect(code).toBe(1);
  expect(err).toContain("made by a newer version of Gatehouse");
});
