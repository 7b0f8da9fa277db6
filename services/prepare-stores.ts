import { openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { publishRuleSet } from "@/db/publish";
import { publishSessions } from "@/db/session-publication";
import { ensureFirstAdmin } from "@/db/users";
import { readEnv } from "@/lib/env";
import { AppError, messageOf } from "@/lib/errors";
import { edgeStore } from "@/lib/redis";
import { StartError } from "@/services/errors";

/**
 * Brings the database to this version, and makes the first administrator where there is none.
 *
 * @returns the password of that administrator, or null. @throws StartError with one sentence and what to do.
 */
export async function prepareDatabase(): Promise<string | null> {
  const url = process.env.DATABASE_URL as string;
  const db = openDatabase(url, { connectionsMax: 2 });
  try {
    await migrate(url);
    return await ensureFirstAdmin(db);
  } catch (error) {
    if (error instanceof AppError)
      throw new StartError(error.message, "Nothing was changed.", { cause: error });
    throw new StartError(
      `The database cannot be prepared: ${messageOf(innermost(error))}.`,
      "Check DATABASE_URL and the rights of its user.",
      {
        cause: error,
      },
    );
  } finally {
    await db.$client.end({ timeout: 3 });
  }
}

/** The doors find rules from their first request on. With a dead edge store they start without, as FAIL_MODE says. */
export async function publishFirst(): Promise<void> {
  const env = readEnv();
  const db = openDatabase(process.env.DATABASE_URL as string, { connectionsMax: 1 });
  try {
    const store = edgeStore(env, { timeoutMs: 5000, retries: 2 });
    await publishRuleSet(db, store);
    await publishSessions(db, store);
  } catch (error) {
    console.warn(`The rules could not be published yet: ${messageOf(error)}`);
  } finally {
    await db.$client.end({ timeout: 3 });
  }
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause ? innermost(error.cause) : error;
}
