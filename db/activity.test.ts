import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ActivityScope, readActivity } from "@/db/activity";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { formatNetwork } from "@/db/record-rows";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import { type Activity, gatherActivity } from "@/lib/detection/activity";
import { examine } from "@/lib/detection/examine";
import { signalsOf } from "@/lib/detection/signals";
import { thresholdsFrom } from "@/lib/detection/thresholds";
import { KINDS, type RequestEvent } from "@/lib/events/request-event";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { testDatabase } from "@/services/test/postgres";

const HOUR = 3_600_000;
const TO = new Date("2026-03-10T12:20:00Z");
const WINDOWS = {
  hour: { from: new Date(TO.getTime() - HOUR), to: TO },
  day: { from: new Date(TO.getTime() - 24 * HOUR), to: TO },
};
const thresholds = thresholdsFrom();

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
let events: RequestEvent[];

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
  events = traffic();
  await recordTraffic(db, events, { now: TO });
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PATHS = [
  "/",
  "/cart",
  "/.env",
  "/login",
  "/admin/",
  "/search",
  "/a.css",
  "/../../etc/passwd",
  "/wp-login.php",
];
const AGENTS = ["Mozilla/5.0 Firefox/128.0", "sqlmap/1.8", "Googlebot/2.1", "curl/8.5.0", ""];

/** Visitors of every habit: quiet and loud, with one address or many paths, over a day that ends at TO. */
function traffic(): RequestEvent[] {
  const random = randomNumbers(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: 6000 }, () => {
    const visitor = Math.floor(250 ** random());
    const isEarlier = random() < 0.4;
    const at = TO.getTime() - 1 - Math.floor(random() * (isEarlier ? 24 * HOUR : HOUR));
    return testEvent({
      at,
      ip: visitor % 9 === 0 ? `2001:db8:${visitor.toString(16)}::1` : `198.51.${visitor % 4}.${visitor}`,
      path: random() < 0.3 ? `/products/${Math.floor(random() * 300)}` : pick(PATHS),
      query: random() < 0.05 ? "id=1' or '1'='1" : null,
      method: pick(["GET", "GET", "GET", "POST"]),
      status: pick([200, 200, 304, 400, 401, 403, 404, 405, 500, null]),
      kind: pick(KINDS),
      verdict: pick(["allow", "allow", "allow", "block", "limit"]),
      userAgent: visitor % 5 === 0 ? `agent/${Math.floor(random() * 30)}` : pick(AGENTS),
      userId: visitor % 11 === 0 && random() < 0.1 ? 1 : null,
    });
  });
}

function reference(scope: ActivityScope): Map<string, Activity> {
  const { from, to } = WINDOWS[scope];
  const within = events.filter(({ at }) => at >= from.getTime() && at < to.getTime());
  return gatherActivity(
    within.map((event) => ({
      ...event,
      key: hashIp(parseIp(event.ip ?? "") as Ip, TEST_HASH_KEY),
      network: formatNetwork(parseIp(event.ip ?? "") as Ip),
      signals: signalsOf(event),
      signedIn: event.userId !== null,
    })),
  );
}

async function read(scope: ActivityScope, only: string[] | null = null, given = thresholds) {
  const found = new Map<string, Activity>();
  const query = { scope, window: WINDOWS[scope], thresholds: given, only, timeoutMs: 20_000 };
  const { visitors } = await readActivity(db, query, async (batch) => {
    for (const activity of batch) found.set(activity.key, activity);
  });
  return { found, visitors };
}

describe.each(["hour", "day"] as const)("the activity of a window of one %s", (scope) => {
  test("is the same in SQL as in the reference, number by number", async () => {
    const expected = reference(scope);
    const { found, visitors } = await read(scope);
    expect(visitors).toBe(expected.size);
    expect(found.size).toBeGreaterThan(20);
    for (const [key, activity] of found) expect(activity).toEqual(expected.get(key));
  });

  test("leaves out nobody whom a rule flags", async () => {
    const { found } = await read(scope);
    const windowSeconds = scope === "hour" ? 3600 : 86_400;
    const flagged = [...reference(scope).values()].filter((activity) =>
      examine(activity, thresholds, {
        crawler: activity.claimsCrawler ? "impostor" : "none",
        samples: [],
        windowSeconds,
      }),
    );
    expect(flagged.length).toBeGreaterThan(5);
    expect(flagged.map(({ key }) => key).filter((key) => !found.has(key))).toEqual([]);
  });
});

test("only those who are asked for are read", async () => {
  const [key] = [...(await read("hour")).found.keys()];
  const { found, visitors } = await read("hour", [key as string]);
  expect([...found.keys()]).toEqual([key]);
  expect(visitors).toBe(1);
  expect((await read("hour", ["0".repeat(32)])).visitors).toBe(0);
});

test("thresholds decide who can matter, and who cannot stays in the database", async () => {
  const strict = thresholdsFrom({ SUSPICIOUS_REQUEST_THRESHOLD: "1" });
  const all = (await read("hour", null, strict)).found.size;
  expect(all).toBeGreaterThan((await read("hour")).found.size);
});

test("the query string is not stored, only what it shows", async () => {
  const rows = await db.$client<{ row: string }[]>`
    select request_logs::text as row from request_logs where signals & 4 <> 0 and path = '/' limit 5`;
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) expect(row).not.toContain("or '1'");
});

test("an error over a batch reaches the caller, and the database goes on", async () => {
  const query = { scope: "hour" as const, window: WINDOWS.hour, thresholds, only: null, timeoutMs: 20_000 };
  const broken = readActivity(db, query, async () => {
    throw new Error("no more");
  });
  await expect(broken).rejects.toThrow("no more");
  expect((await read("hour")).found.size).toBeGreaterThan(20);
});
