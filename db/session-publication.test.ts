import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sessions, type User } from "@/db/schema";
import { publishSessions, tellDoors } from "@/db/session-publication";
import { beginSession, endSession, signOutEverywhere } from "@/db/sessions";
import { amendUser, createUser, setPassword } from "@/db/users";
import { readEnv } from "@/lib/env";
import { Door } from "@/lib/guard/door";
import { readSessionList } from "@/lib/guard/session-list";
import { edgeStore, KEYS } from "@/lib/redis";
import { sessionCookieName, writeSession } from "@/lib/session";
import { openTestDatabase } from "@/services/test/database";
import { testUpstash } from "@/services/test/upstash";

const [{ db, url }, upstash] = await Promise.all([openTestDatabase(), testUpstash()]);
afterAll(() => upstash.stop());
const SECRET = "the secret of a site that only tests know";
Object.assign(process.env, {
  DATABASE_URL: url,
  UPSTASH_REDIS_REST_URL: upstash.url,
  UPSTASH_REDIS_REST_TOKEN: upstash.token,
  NEXTAUTH_SECRET: SECRET,
  IP_HASH_KEY: "a key for the hashes of a test",
  EVENT_SEAL_KEY: "a key for what a test seals",
});
const redis = edgeStore(readEnv(), { timeoutMs: 5000 });
const doors = [new Door("node", readEnv()), new Door("edge", readEnv())];

const PASSWORD = "a winter's tale of two";
let ada: User;
beforeAll(async () => {
  await createUser(db, { username: "chief", password: PASSWORD, role: "admin" }, "root");
  ada = await createUser(db, { username: "ada", password: PASSWORD, role: "viewer" }, "root");
});
beforeEach(() => db.delete(sessions));

type Began = { sessionId: string; userId: number; username: string; cookie: string };

async function begin({ id: userId, username, role }: User): Promise<Began> {
  const origin = { network: null, userAgent: "" };
  const sessionId = await beginSession(db, userId, origin, { now: new Date() });
  await tellDoors(db);
  const token = await writeSession({ sessionId, userId, username, role }, SECRET, Date.now());
  return { sessionId, userId, username, cookie: `${sessionCookieName(readEnv())}=${token}` };
}

/** Whom the doors take the bearer of a cookie for. */
async function seenAs({ cookie }: Began): Promise<(number | null)[]> {
  const headers = new Headers({ cookie, host: "gate.example" });
  const request = { method: "GET", target: "/", headers, peer: "192.0.2.1" };
  const decisions = await Promise.all(doors.map((door) => door.decide(request)));
  return decisions.map(({ visit }) => visit.userId);
}

async function millisecondsUntilStranger(began: Began): Promise<number> {
  const from = performance.now();
  while ((await seenAs(began)).some((userId) => userId !== null)) {
    if (performance.now() - from > 10_000) break;
    await sleep(20);
  }
  return performance.now() - from;
}

describe("within two seconds every door takes for a stranger whose session was ended", () => {
  const ways: [string, (began: Began) => Promise<unknown>][] = [
    ["by signing out", async (began) => (await endSession(db, began)) && tellDoors(db)],
    ["by signing out everywhere", async () => (await signOutEverywhere(db, ada, "ada")) && tellDoors(db)],
    ["by a new password", () => setPassword(db, ada.id, `another tale of ${Math.random()}`, "root")],
    ["by another role", () => amendUser(db, ada.id, { role: "admin" }, "root")],
    ["by a lock", () => amendUser(db, ada.id, { isActive: false }, "root")],
  ];
  test.each(ways)("%s", async (_way, end) => {
    const began = await begin(ada);
    await expect.poll(() => seenAs(began), { timeout: 5000 }).toEqual([ada.id, ada.id]);
    await end(began);
    expect(await millisecondsUntilStranger(began)).toBeLessThan(2000);
  });
});

test("a session that began just now is known to the doors as soon", async () => {
  await begin(ada);
  await amendUser(db, ada.id, { isActive: true }, "root");
  const began = await begin(ada);
  await expect.poll(() => seenAs(began), { timeout: 2000 }).toEqual([ada.id, ada.id]);
});

test("a genuine token of no session at all is a stranger's", async () => {
  const began = await begin(ada);
  const claims = { ...began, sessionId: crypto.randomUUID(), role: "admin" } as const;
  const token = await writeSession(claims, SECRET, Date.now());
  expect(await seenAs({ ...began, cookie: `${sessionCookieName(readEnv())}=${token}` })).toEqual([
    null,
    null,
  ]);
});

test("an edge store that was emptied makes strangers, until the list is written again", async () => {
  const began = await begin(ada);
  await redis.del(KEYS.sessions);
  expect((await readSessionList(redis)).size).toBe(0);
  // What empties the store takes the rules with it, which are published anew then.
  expect(await publishSessions(db, redis, { publicationId: "anew" })).toBe(1);
  expect([...(await readSessionList(redis))]).toEqual([began.sessionId]);
});

test("a list that the doors could not be told is told as soon as the store answers", async () => {
  const began = await begin(ada);
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const url = process.env.UPSTASH_REDIS_REST_URL;
  process.env.UPSTASH_REDIS_REST_URL = "http://127.0.0.1:9";
  await endSession(db, began);
  await tellDoors(db);
  expect(said.mock.calls.flat().join()).toContain("do not know yet");
  process.env.UPSTASH_REDIS_REST_URL = url;
  expect(await publishSessions(db, redis, { publicationId: "anew" })).toBe(0);
  expect(await publishSessions(db, redis, { publicationId: "anew" })).toBeNull();
  expect((await readSessionList(redis)).size).toBe(0);
  said.mockRestore();
});
