import { CommandError } from "@/cli/failure";
import type { Database } from "@/db/client";

const NOT_RUNNING =
  "Gatehouse is not running here: start it with npm start, or set DATABASE_URL and UPSTASH_REDIS_REST_URL.";

/**
 * Runs a command on the Gatehouse of this folder, or on the one that the environment names, and closes its database
 * connections, so that the command ends when its work does.
 * @throws CommandError where there is neither.
 */
export async function withGatehouse<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const { adoptRuntime } = await import("@/services/runtime");
  adoptRuntime();
  if (!process.env.DATABASE_URL) throw new CommandError(NOT_RUNNING);
  const { database } = await import("@/db/client");
  const db = database();
  try {
    return await work(db);
  } finally {
    await db.$client.end({ timeout: 1 });
  }
}

/** A client of the edge store for a command, which can wait longer than a visitor. */
export async function commandStore() {
  const [{ readEnv }, { edgeStore }] = await Promise.all([import("@/lib/env"), import("@/lib/redis")]);
  return edgeStore(readEnv(), { timeoutMs: 5000, retries: 2 });
}
