import type { Database } from "@/db/client";

/**
 * Runs a function while holding a named advisory lock of Postgres, or answers null at once where somebody else holds it.
 * The lock belongs to a connection of its own: a process that dies gives it back.
 */
export async function withLock<T>(db: Database, name: string, run: () => Promise<T>): Promise<T | null> {
  const connection = await db.$client.reserve();
  try {
    const [lock] = await connection<
      { taken: boolean }[]
    >`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as taken`;
    if (!lock?.taken) return null;
    try {
      return await run();
    } finally {
      await connection`select pg_advisory_unlock(hashtextextended(${name}, 0))`;
    }
  } finally {
    connection.release();
  }
}
