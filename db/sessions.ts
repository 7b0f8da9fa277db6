import { and, asc, desc, eq, gt, inArray, lte, ne, sql } from "drizzle-orm";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { type Session, sessions, type User, users } from "@/db/schema";
import { SESSION_SECONDS } from "@/lib/session";

export type SessionUser = Pick<User, "id" | "username" | "role"> & { sessionId: string };
/** What is kept of where a session was begun. */
export type SessionOrigin = { network: string | null; userAgent: string };

/** Sessions of one user that may go on side by side; one more ends the one that was not seen for longest. */
export const SESSIONS_PER_USER_MAX = 50;
const USER_AGENT_LENGTH_MAX = 512;
const SEEN_EVERY_MS = 60_000;

/** Begins a session and answers its id; `replaces` is the session that this browser had before, which ends. */
export async function beginSession(
  querier: Querier,
  userId: number,
  { network, userAgent }: SessionOrigin,
  { now, replaces = null }: { now: Date; replaces?: string | null },
): Promise<string> {
  const id = crypto.randomUUID();
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000);
  if (replaces) await querier.delete(sessions).where(eq(sessions.id, replaces));
  await querier.insert(sessions).values({
    id,
    userId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
    network,
    // PostgreSQL refuses a text with a zero byte.
    userAgent: userAgent.replaceAll("\0", "").slice(0, USER_AGENT_LENGTH_MAX),
  });
  await querier.execute(sql`
    delete from sessions where user_id = ${userId} and (expires_at <= ${now.toISOString()}::timestamptz or id in (
      select id from sessions where user_id = ${userId} and id <> ${id}
      order by last_seen_at desc, id offset ${SESSIONS_PER_USER_MAX - 1}))`);
  return id;
}

/** The user whose session this is, as the database has the user now; null where it has ended or the user is locked. */
export async function userOfSession(
  db: Database,
  { sessionId, userId }: { sessionId: string; userId: number },
  now = new Date(),
): Promise<SessionUser | null> {
  const [found] = await db
    .select({ id: users.id, username: users.username, role: users.role, seenAt: sessions.lastSeenAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, sessionId),
        eq(sessions.userId, userId),
        gt(sessions.expiresAt, now),
        eq(users.isActive, true),
      ),
    )
    .limit(1);
  if (!found) return null;
  const { seenAt, ...user } = found;
  if (now.getTime() - seenAt.getTime() >= SEEN_EVERY_MS) {
    await db.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, sessionId));
  }
  return { ...user, sessionId };
}

/** Which of these sessions go on. */
export async function sessionsOn(
  db: Database,
  ids: readonly string[],
  now = new Date(),
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(inArray(sessions.id, [...ids]), gt(sessions.expiresAt, now), eq(users.isActive, true)));
  return new Set(rows.map(({ id }) => id));
}

/** The sessions of a user that go on, the one seen last first. */
export async function listSessions(db: Querier, userId: number, now = new Date()): Promise<Session[]> {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.lastSeenAt), asc(sessions.id))
    .limit(SESSIONS_PER_USER_MAX);
}

/** Ends one session of a user, for good; answers whether it still went on. Who ends it is in the audit row. */
export async function endSession(
  db: Database,
  { sessionId, userId, username }: { sessionId: string; userId: number; username: string },
  details: Readonly<Record<string, unknown>> | null = null,
): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const ended = await transaction
      .delete(sessions)
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
      .returning({ id: sessions.id });
    if (ended.length === 0) return false;
    const subject = `user:${username}`;
    await writeAudit(transaction, { actor: username, action: "sign-out", subject, after: details });
    return true;
  });
}

/** Ends all sessions of a user, or all but one; answers how many. Part of the caller's transaction. */
export async function endSessionsOf(
  querier: Querier,
  userId: number,
  except: string | null = null,
): Promise<number> {
  const others = except ? ne(sessions.id, except) : undefined;
  const ended = await querier
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), others))
    .returning({ id: sessions.id });
  return ended.length;
}

/** Signs a user out everywhere, or everywhere else; answers how many sessions have ended. `actor` is who does it. */
export async function signOutEverywhere(
  db: Database,
  user: Pick<User, "id" | "username">,
  actor: string,
  except: string | null = null,
): Promise<number> {
  return db.transaction(async (transaction) => {
    const ended = await endSessionsOf(transaction, user.id, except);
    const subject = `user:${user.username}`;
    await writeAudit(transaction, {
      actor,
      action: "sign-out-everywhere",
      subject,
      after: { sessions: ended },
    });
    return ended;
  });
}

/** Deletes what has expired; answers how many rows. */
export async function pruneSessions(db: Querier, now: Date): Promise<number> {
  const rows = await db.delete(sessions).where(lte(sessions.expiresAt, now)).returning({ id: sessions.id });
  return rows.length;
}
