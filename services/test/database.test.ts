import { afterAll, expect, test } from "vitest";
import { openDatabase, sqlState } from "@/db/client";
import { openTestDatabase } from "@/services/test/database";

const NO_SUCH_DATABASE = "3D000";

// Vitest ends in the reverse order: this comes after the end that is checked, the one below before it.
afterAll(async () => {
  const late = openDatabase(url, { connectionsMax: 1 });
  const error = await late.execute("select 1").catch((fault: unknown) => fault);
  await late.$client.end({ timeout: 1 });
  expect(sqlState(error)).toBe(NO_SUCH_DATABASE);
  await expect(db.execute("select 1")).rejects.toThrow();
});
const { db, url } = await openTestDatabase({ connectionsMax: 1 });
afterAll(async () => expect(await db.execute("select 1 as one")).toHaveLength(1));

test("a file's database is migrated, open through its tests and their ends, and gone afterwards", async () => {
  expect(await db.execute("select from request_logs")).toHaveLength(0);
});
