import { beforeEach, describe, expect, test } from "vitest";
import { auditLogs, sessions, type User, users } from "@/db/schema";
import {
  beginSession,
  endSession,
  listSessions,
  pruneSessions,
  SESSIONS_PER_USER_MAX,
  sessionsOn,
  signOutEverywhere,
  userOfSession,
} from "@/db/sessions";
import { SESSION_SECONDS } from "@/lib/session";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();

let ada: User;
let eve: User;
beforeEach(async () => {
  await db.delete(users);
  await db.delete(auditLogs);
  const draft = { passwordHash: "-", role: "viewer" } as const;
  const rows = await db
    .insert(users)
    .values([
      { username: "ada", ...draft },
      { username: "eve", ...draft },
    ])
    .returning();
  [ada, eve] = rows as [User, User];
});

const NOW = new Date("2026-03-01T12:00:00Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const origin = { network: "192.0.2.0/24", userAgent: "Firefox" };
const begin = (user: User, now = NOW, replaces: string | null = null) =>
  beginSession(db, user.id, origin, { now, replaces });
const idsOf = async (user: User, now = NOW) => (await listSessions(db, user.id, now)).map(({ id }) => id);

describe("a session", () => {
  test("opens for its own user until it ends, and eight hours at most", async () => {
    const sessionId = await begin(ada);
    const claims = { sessionId, userId: ada.id };
    expect(await userOfSession(db, claims, at(1))).toEqual({
      id: ada.id,
      username: "ada",
      role: "viewer",
      sessionId,
    });
    expect(await userOfSession(db, { sessionId, userId: eve.id }, at(1))).toBeNull();
    expect(await userOfSession(db, claims, at(SESSION_SECONDS - 1))).not.toBeNull();
    expect(await userOfSession(db, claims, at(SESSION_SECONDS))).toBeNull();
    expect(await endSession(db, { ...claims, username: "ada" })).toBe(true);
    expect(await userOfSession(db, claims, at(1))).toBeNull();
    expect(await endSession(db, { ...claims, username: "ada" })).toBe(false);
    expect(await db.select().from(auditLogs)).toMatchObject([{ actor: "ada", action: "sign-out" }]);
  });

  test("ends where its browser signs in again, and no other does", async () => {
    const other = await begin(ada);
    const first = await begin(ada);
    const second = await begin(ada, at(1), first);
    expect((await idsOf(ada)).sort()).toEqual([other, second].sort());
  });

  test("cannot be ended by another user", async () => {
    const sessionId = await begin(ada);
    expect(await endSession(db, { sessionId, userId: eve.id, username: "eve" })).toBe(false);
    expect(await idsOf(ada)).toEqual([sessionId]);
  });

  test("is seen once a minute, not at every request", async () => {
    const sessionId = await begin(ada);
    const seen = async () => (await db.select().from(sessions))[0]?.lastSeenAt;
    await userOfSession(db, { sessionId, userId: ada.id }, at(59));
    expect(await seen()).toEqual(NOW);
    await userOfSession(db, { sessionId, userId: ada.id }, at(61));
    expect(await seen()).toEqual(at(61));
  });

  test("keeps no more of a user agent than 512 characters, and no zero byte", async () => {
    const agent = `a\0${"b".repeat(10_000)}`;
    await beginSession(db, ada.id, { network: null, userAgent: agent }, { now: NOW });
    const [row] = await listSessions(db, ada.id, NOW);
    expect(row?.userAgent).toBe(`a${"b".repeat(511)}`);
  });
});

test("a user has so many sessions at the most: one more ends the one not seen for longest", async () => {
  const kept = await begin(eve);
  const ids: string[] = [];
  for (let n = 0; n < SESSIONS_PER_USER_MAX; n++) ids.push(await begin(ada, at(n)));
  const [busy = "", idle = ""] = ids;
  await userOfSession(db, { sessionId: busy, userId: ada.id }, at(600));
  const last = await begin(ada, at(700));
  const left = await idsOf(ada, at(700));
  expect(left).toHaveLength(SESSIONS_PER_USER_MAX);
  expect(left).toContain(busy);
  expect(left).toContain(last);
  expect(left).not.toContain(idle);
  expect(await idsOf(eve)).toEqual([kept]);
});

test("two hundred sign-ins leave as many rows as one user may have", async () => {
  for (let n = 0; n < 200; n++) await begin(ada, at(n));
  expect(await db.$count(sessions)).toBe(SESSIONS_PER_USER_MAX);
});

test("signing out everywhere else leaves this one, and other users alone", async () => {
  const [own, , foreign] = [await begin(ada), await begin(ada), await begin(eve)];
  expect(await signOutEverywhere(db, ada, "ada", own)).toBe(1);
  expect(await idsOf(ada)).toEqual([own]);
  expect(await signOutEverywhere(db, ada, "cli:root")).toBe(1);
  expect(await idsOf(ada)).toEqual([]);
  expect(await idsOf(eve)).toEqual([foreign]);
  expect(await db.select().from(auditLogs).orderBy(auditLogs.id)).toMatchObject([
    { actor: "ada", action: "sign-out-everywhere", subject: "user:ada", after: { sessions: 1 } },
    { actor: "cli:root", action: "sign-out-everywhere", subject: "user:ada", after: { sessions: 1 } },
  ]);
});

test("what has expired is deleted, by the next sign-in of the user or by the job", async () => {
  await begin(ada);
  await begin(eve);
  const later = at(SESSION_SECONDS + 1);
  const fresh = await begin(ada, later);
  expect(await db.$count(sessions)).toBe(2);
  expect(await pruneSessions(db, later)).toBe(1);
  expect(await idsOf(ada, later)).toEqual([fresh]);
});

test("of many sessions those that go on are found in one question", async () => {
  const [one, two] = [await begin(ada), await begin(eve)];
  await db.update(users).set({ isActive: false });
  expect(await sessionsOn(db, [one, two], NOW)).toEqual(new Set());
  await db.update(users).set({ isActive: true });
  await endSession(db, { sessionId: one, userId: ada.id, username: "ada" });
  expect(await sessionsOn(db, [one, two, crypto.randomUUID()], NOW)).toEqual(new Set([two]));
  expect(await sessionsOn(db, [])).toEqual(new Set());
});
