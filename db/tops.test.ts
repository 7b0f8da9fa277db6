import { beforeAll, expect, test } from "vitest";
import { NO_PLACE, type Place } from "@/db/geo";
import { readOverview } from "@/db/overview";
import { type Cover, EXACT_ROWS_MAX } from "@/db/overview/cover";
import { readTop } from "@/db/overview/top";
import { countVisitors } from "@/db/overview/visitors";
import { recordEvents } from "@/db/record";
import { listSeenCountries } from "@/db/request-logs";
import { testEvent } from "@/db/test/traffic";
import { foldTops } from "@/db/tops";
import { addToSketch, encodeSketch, newSketch } from "@/lib/hyperloglog";
import { formatIp, type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date("2026-03-20T12:30:00.000Z");
const KEY = "test key";
const LAGOS: Place = { ...NO_PLACE, countryCode: "NG", city: "Lagos", latitude: 6.45, longitude: 3.39 };
const BERLIN: Place = { ...NO_PLACE, countryCode: "DE", city: "Berlin", latitude: 52.52, longitude: 13.4 };
const locator = {
  open: async () => {},
  locate: (ip: Ip) => (formatIp(ip).startsWith("203.") ? LAGOS : BERLIN),
};

const { db } = await openTestDatabase();

/** Requests of one hour, of as many visitors: every fifth from Lagos, the others from Berlin. */
async function visit(at: number, requests: number): Promise<void> {
  const events = Array.from({ length: requests }, (_, n) =>
    testEvent({
      at: at + n,
      ip: n % 5 === 0 ? `203.0.113.${n % 250}` : `198.51.${100 + Math.floor(n / 250)}.${n % 250}`,
      path: n % 3 === 0 ? "/often" : `/page/${n % 7}`,
      ...(n % 10 === 0 ? ({ verdict: "block", reason: "block-rule" } as const) : {}),
    }),
  );
  await recordEvents(events, { db, locator, hashKey: KEY, privacy: "hashed", now: () => NOW });
}

const fold = (now = NOW) => foldTops(db, now, 30);
const rowsOf = (span: string) => db.$client`
  select to_char(bucket at time zone 'UTC', 'DD HH24') as at, keys, requests, refused, encode(visitors, 'hex') as visitors
  from traffic_rollups where dimension = 'country' and span = ${span} order by bucket`;
const YESTERDAY = Math.floor(NOW.getTime() / DAY) * DAY - DAY;

beforeAll(async () => {
  await visit(YESTERDAY + 9 * HOUR, 600);
  await visit(YESTERDAY + 15 * HOUR, 40);
  await visit(NOW.getTime() - HOUR, 300);
  await visit(NOW.getTime() - 1000, 300);
});

test("busy hours and whole days that are over get their tops, with what was refused, once", async () => {
  // The day, and two of the four hours: one had little, one is not over.
  expect(await fold()).toBe(3);
  expect(await fold()).toBe(0);
  expect(await rowsOf("hour")).toMatchObject([
    { at: "19 09", keys: ["DE", "NG"], requests: [480, 120], refused: [0, 60] },
    { at: "20 11", keys: ["DE", "NG"], requests: [240, 60] },
  ]);
  expect(await rowsOf("day")).toMatchObject([{ at: "19 00", keys: ["DE", "NG"], requests: [512, 128] }]);
});

test("the sketch that Postgres makes is the one that the library makes", async () => {
  const sketch = newSketch();
  for (let n = 0; n < 600; n++) {
    const ip = n % 5 === 0 ? `203.0.113.${n % 250}` : `198.51.${100 + Math.floor(n / 250)}.${n % 250}`;
    addToSketch(sketch, visitorHash(parseIp(ip) as Ip, KEY));
  }
  const [row] = await rowsOf("hour");
  expect(row?.visitors).toBe(encodeSketch(sketch));
});

test("requests that come late have the tops made again", async () => {
  await visit(YESTERDAY + 9 * HOUR + 1000, 5);
  expect(await fold()).toBe(2);
  expect(await rowsOf("hour")).toMatchObject([{ requests: [484, 121] }, {}]);
});

test("tops of days, hours and requests add up to the same as the requests alone", async () => {
  const all = { from: new Date(YESTERDAY), to: NOW };
  const exact: Cover = { isExact: false, days: [], hours: [], requests: [all] };
  const kept: Cover = {
    isExact: false,
    days: [YESTERDAY],
    hours: [NOW.getTime() - (NOW.getTime() % HOUR) - HOUR],
    requests: [{ from: new Date(NOW.getTime() - (NOW.getTime() % HOUR)), to: NOW }],
  };
  for (const dimension of ["country", "network", "path", "place"] as const)
    expect(await readTop(db, dimension, kept, 400)).toEqual(await readTop(db, dimension, exact, 400));
  expect(await countVisitors(db, kept)).toEqual(await countVisitors(db, exact));
  expect(await listSeenCountries(db, all)).toEqual(["DE", "NG"]);
});

test("a range with too many requests to read is told by its hours, visitors estimated", async () => {
  await db.$client`
    update traffic_rollups set allowed = allowed + ${EXACT_ROWS_MAX}
    where dimension = 'total' and bucket = ${new Date(NOW.getTime() - (NOW.getTime() % HOUR)).toISOString()}`;
  const { current, countries, paths, places } = await readOverview(db, "24h", NOW);
  expect(current.visitors.isApproximate).toBe(true);
  // The hours since noon yesterday: one is left to its requests, one is kept, one is running.
  expect(current.requests).toBe(EXACT_ROWS_MAX + 640);
  expect(countries).toMatchObject([
    { key: "DE", requests: 512, refused: 0 },
    { key: "NG", requests: 128, refused: 64 },
  ]);
  expect(paths[0]).toMatchObject({ key: "/often" });
  expect(places[0]).toMatchObject({ city: "Berlin", requests: 512 });
});

test("tops of hours go when their day is told and nobody asks for them any more; days stay", async () => {
  await fold(new Date(NOW.getTime() + 2 * DAY));
  await visit(NOW.getTime() + 10 * DAY, 300);
  await fold(new Date(NOW.getTime() + 12 * DAY));
  expect(await rowsOf("hour")).toMatchObject([{ at: "30 12" }]);
  expect(await rowsOf("day")).toMatchObject([{ at: "19 00" }, { at: "20 00" }, { at: "30 00" }]);
});
