import { beforeAll, describe, expect, test } from "vitest";
import { type ActivityScope, readActivity } from "@/db/activity";
import { formatNetwork } from "@/db/record-rows";
import { randomTraffic } from "@/db/test/random-traffic";
import { recordTraffic, TEST_HASH_KEY } from "@/db/test/traffic";
import { type Activity, gatherActivity } from "@/lib/detection/activity";
import { examine } from "@/lib/detection/examine";
import { signalsOf } from "@/lib/detection/signals";
import { type Thresholds, thresholdsFrom } from "@/lib/detection/thresholds";
import type { RequestEvent } from "@/lib/events/request-event";
import { type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const HOUR = 3_600_000;
const LENGTH_MS = { hour: HOUR, day: 24 * HOUR };
const thresholds = thresholdsFrom();
/** With these nearly everybody could be flagged, so that nearly everybody is compared. */
const strict = thresholdsFrom({
  SUSPICIOUS_REQUEST_THRESHOLD: "1",
  RATE_LIMITED_REQUESTS: "1",
  SENSITIVE_PATH_REQUESTS: "1",
  LOW_AND_SLOW_PROBES: "2",
});

/** Several days of traffic, each by a seed of its own. */
const DAYS = [7, 11, 42].map((seed, index) => ({
  seed,
  to: new Date(Date.UTC(2026, 2, 10 + 3 * index, 12, 20)),
  events: [] as RequestEvent[],
}));

const { db } = await openTestDatabase();

beforeAll(async () => {
  for (const day of DAYS) {
    day.events = randomTraffic(day.seed, day.to, 3000);
    await recordTraffic(db, day.events, { now: day.to });
  }
});

type Day = (typeof DAYS)[number];

const windowOf = ({ to }: Day, scope: ActivityScope) => ({
  from: new Date(to.getTime() - LENGTH_MS[scope]),
  to,
});

function reference(day: Day, scope: ActivityScope): Map<string, Activity> {
  const { from, to } = windowOf(day, scope);
  const within = day.events.filter(({ at }) => at >= from.getTime() && at < to.getTime());
  return gatherActivity(
    within.map((event) => {
      const ip = parseIp(event.ip ?? "") as Ip;
      return {
        ...event,
        key: visitorHash(ip, TEST_HASH_KEY),
        network: formatNetwork(ip),
        signals: signalsOf(event),
        signedIn: event.userId !== null,
      };
    }),
  );
}

async function read(day: Day, scope: ActivityScope, given: Thresholds, only: string[] | null = null) {
  const found = new Map<string, Activity>();
  const query = { scope, window: windowOf(day, scope), thresholds: given, only, timeoutMs: 20_000 };
  const { visitors } = await readActivity(db, query, async (batch) => {
    for (const activity of batch) found.set(activity.key, activity);
  });
  return { found, visitors };
}

describe.each(["hour", "day"] as const)("the activity of a window of one %s", (scope) => {
  test.each(DAYS)("is the same in SQL as in the reference, number by number (seed $seed)", async (day) => {
    const expected = reference(day, scope);
    const { found, visitors } = await read(day, scope, strict);
    expect(visitors).toBe(expected.size);
    expect(found.size).toBeGreaterThan(expected.size / 2);
    for (const [key, activity] of found) expect(activity).toEqual(expected.get(key));
  });

  test.each(DAYS)("leaves out nobody whom a rule flags (seed $seed)", async (day) => {
    for (const given of [thresholds, strict]) {
      const { found } = await read(day, scope, given);
      const flagged = [...reference(day, scope).values()].filter((activity) =>
        examine(activity, given, {
          crawler: activity.claimsCrawler ? "impostor" : "none",
          samples: [],
          windowSeconds: LENGTH_MS[scope] / 1000,
        }),
      );
      expect(flagged.length).toBeGreaterThan(5);
      expect(flagged.map(({ key }) => key).filter((key) => !found.has(key))).toEqual([]);
    }
  });
});

const [today] = DAYS as [Day];

test("the traffic that is compared holds every number of an activity", () => {
  const all = DAYS.flatMap((day) => [...reference(day, "hour").values()]);
  for (const [name, value] of Object.entries(all[0] as Activity)) {
    if (typeof value !== "number") continue;
    expect(
      all.some((activity) => Number(activity[name as keyof Activity]) > 1),
      name,
    ).toBe(true);
  }
  expect(all.some(({ signedIn }) => signedIn)).toBe(true);
});

test("only those who are asked for are read", async () => {
  const [key] = [...(await read(today, "hour", thresholds)).found.keys()];
  const { found, visitors } = await read(today, "hour", thresholds, [key as string]);
  expect([...found.keys()]).toEqual([key]);
  expect(visitors).toBe(1);
  expect((await read(today, "hour", thresholds, ["0".repeat(32)])).visitors).toBe(0);
});

test("thresholds decide who can matter, and who cannot stays in the database", async () => {
  const all = (await read(today, "hour", strict)).found.size;
  expect(all).toBeGreaterThan((await read(today, "hour", thresholds)).found.size);
});

test("the query string is not stored, only what it shows", async () => {
  const rows = await db.$client<{ row: string }[]>`
    select request_logs::text as row from request_logs where signals & 4 <> 0 and path = '/' limit 5`;
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) expect(row).not.toMatch(/or '1'|script|jndi/);
});

test("an error over a batch reaches the caller, and the database goes on", async () => {
  const query = {
    scope: "hour" as const,
    window: windowOf(today, "hour"),
    thresholds,
    only: null,
    timeoutMs: 20_000,
  };
  const broken = readActivity(db, query, async () => {
    throw new Error("no more");
  });
  await expect(broken).rejects.toThrow("no more");
  expect((await read(today, "hour", thresholds)).found.size).toBeGreaterThan(20);
});
