import { createHash } from "node:crypto";
import { desc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/db/client";
import { sessions, users } from "@/db/schema";
import { readSetting, writeSetting } from "@/db/settings";
import { readEnv } from "@/lib/env";
import { messageOf } from "@/lib/errors";
import { writeSessionList } from "@/lib/guard/session-list";
import { edgeStore, type Redis } from "@/lib/redis";

const LIST_LOCK = 728_104;
/** Sessions that the doors are told of: 72 kB. The users of any further ones have a stranger's limits there. */
const LIST_MAX = 2000;
/** What the doors were told last. */
const SETTING = "session-list";

/**
 * Tells the doors which sessions go on. One publisher at a time: who comes later reads later, so that an older list
 * never replaces a newer one. Answers how many, or null where they know already: with `publicationId`, the
 * one of the rules that are at the edge, nothing is written that was written beside that publication before.
 */
export async function publishSessions(
  db: Database,
  redis: Redis,
  { now = new Date(), publicationId = null }: { now?: Date; publicationId?: string | null } = {},
): Promise<number | null> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${LIST_LOCK})`);
    const rows = await transaction
      .select({ id: sessions.id })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(gt(sessions.expiresAt, now))
      .orderBy(desc(sessions.lastSeenAt))
      .limit(LIST_MAX);
    const ids = rows.map(({ id }) => id);
    const digest = createHash("sha256")
      .update([...ids].sort().join())
      .digest("hex");
    const told = `${publicationId} ${digest}`;
    if (publicationId && (await readSetting(transaction, SETTING, z.string())) === told) return null;
    await writeSessionList(redis, ids);
    await writeSetting(transaction, SETTING, told, "publish-rules");
    return ids.length;
  });
}

/**
 * The same after a change that stands already: where the edge store does not answer, `publish-rules` brings the list to
 * the doors as soon as it does. Pages do not depend on it: they ask the database.
 */
export async function tellDoors(db: Database): Promise<void> {
  const env = readEnv();
  // A database of its own, as a migration's or a test's, has no doors.
  if (!env.UPSTASH_REDIS_REST_URL) return;
  try {
    await publishSessions(db, edgeStore(env));
  } catch (error) {
    console.warn(`The doors do not know yet which sessions have ended: ${messageOf(error)}.`);
  }
}
