import { afterAll } from "vitest";
import { type Database, type OpenOptions, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { testDatabase } from "@/services/test/postgres";

/**
 * A migrated database of its own for one test file, and a pool on it. Await it at the top of the file, outside of any hook:
 * then pool and database end after the tests, and after whatever the file itself does at its end.
 */
export async function openTestDatabase(options?: OpenOptions): Promise<{ db: Database; url: string }> {
  const { url, drop } = await testDatabase();
  await migrate(url);
  const db = openDatabase(url, options);
  afterAll(async () => {
    await db.$client.end({ timeout: 5 });
    await drop();
  });
  return { db, url };
}
