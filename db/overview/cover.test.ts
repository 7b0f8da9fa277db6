import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Cover,
  coverOf,
  coverOfCounts,
  EXACT_ROWS_MAX,
  inKept,
  inRequests,
  LOOSE_ROWS_MAX,
} from "@/db/overview/cover";
import { type Counted, DAY, DAY_START, hourAt, keepCounts } from "@/db/test/kept-counts";
import { recordTraffic, testEvent } from "@/db/test/traffic";
import { BUSY_HOUR } from "@/db/tops-sql";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();
const keep = (hours: Counted[], days: number[] = []) => keepCounts(db, hours, days);
const span = (from: number, to: number) => ({ from: new Date(from), to: new Date(to) });
const cover = (from: number, to: number) => coverOfCounts(db, span(from, to));
const NOTHING = { isExact: false, days: [], hours: [], requests: [] };

/** Busy hours, of which tops are kept or not. */
const kept = (...hours: number[]) => hours.map((hour) => ({ at: hourAt(hour), isKept: true }));
const loose = (...hours: number[]) => hours.map((hour) => ({ at: hourAt(hour) }));

describe("hours", () => {
  test("one in which the window begins or ends counts as whole", async () => {
    await keep(kept(8, 9, 10, 11, 12));
    const hours = [9, 10, 11].map((hour) => hourAt(hour));
    expect(await cover(hourAt(9, 20), hourAt(11, 40))).toEqual({ ...NOTHING, hours });
  });

  test("one that the window only touches is none of it, by a millisecond", async () => {
    await keep(kept(9, 10, 11, 12));
    const hours = [10, 11].map((hour) => hourAt(hour));
    expect((await cover(hourAt(10), hourAt(12))).hours).toEqual(hours);
    expect((await cover(hourAt(10) - 1, hourAt(12) + 1)).hours).toEqual(
      [9, 10, 11, 12].map((n) => hourAt(n)),
    );
  });

  test("of which nothing is kept are read by their requests, neighbours together, the latest first, up to the end", async () => {
    await keep([...loose(9, 10), ...kept(11), ...loose(12, 13)]);
    expect(await cover(hourAt(9, 20), hourAt(13, 40))).toEqual({
      ...NOTHING,
      hours: [hourAt(11)],
      requests: [span(hourAt(12), hourAt(13, 40)), span(hourAt(9), hourAt(11))],
    });
  });

  test("are read by their requests up to a bound, the latest ones", async () => {
    const requests = [1, LOOSE_ROWS_MAX - 1000, 1000];
    await keep(requests.map((count, hour) => ({ at: hourAt(hour), requests: count })));
    expect((await cover(hourAt(0), hourAt(3))).requests).toEqual([span(hourAt(1), hourAt(3))]);
  });

  test("beyond the bound the latest is read all the same, and no other", async () => {
    const requests = [1, LOOSE_ROWS_MAX + 1];
    await keep(requests.map((count, hour) => ({ at: hourAt(hour), requests: count })));
    expect((await cover(hourAt(0), hourAt(2))).requests).toEqual([span(hourAt(1), hourAt(2))]);
  });
});

describe("days", () => {
  test("one is read as one where the window holds all of it, by its hours where a millisecond is missing", async () => {
    await keep(kept(0, 20), [DAY_START]);
    expect(await cover(DAY_START, DAY_START + DAY)).toEqual({ ...NOTHING, days: [DAY_START] });
    const byHours = { ...NOTHING, hours: [hourAt(0), hourAt(20)] };
    expect(await cover(DAY_START + 1, DAY_START + DAY)).toEqual(byHours);
    expect(await cover(DAY_START, DAY_START + DAY - 1)).toEqual(byHours);
  });

  test("one whose hours are forgotten counts as whole where half of it lies within, else not at all", async () => {
    await keep(loose(3, 20), [DAY_START]);
    const [noon, whole] = [hourAt(12), { ...NOTHING, days: [DAY_START] }];
    expect(await cover(noon, DAY_START + 2 * DAY)).toEqual(whole);
    expect(await cover(noon + 1, DAY_START + 2 * DAY)).toEqual(NOTHING);
    expect(await cover(DAY_START - DAY, noon)).toEqual(whole);
    expect(await cover(DAY_START - DAY, noon - 1)).toEqual(NOTHING);
  });

  test("one of whose busy hours a single one is forgotten is not told twice, by itself and by the others", async () => {
    await keep([...kept(9, 10), ...loose(11)], [DAY_START]);
    expect(await cover(DAY_START + 1, DAY_START + DAY)).toEqual({ ...NOTHING, days: [DAY_START] });
  });

  test("an hour too quiet to have tops does not make its day forgotten: its requests are read", async () => {
    const [from, to] = [DAY_START + 1, DAY_START + DAY];
    await keep([{ at: hourAt(20), requests: BUSY_HOUR - 1 }], [DAY_START]);
    expect(await cover(from, to)).toEqual({ ...NOTHING, requests: [span(hourAt(20), hourAt(21))] });
    await keep([{ at: hourAt(20), requests: BUSY_HOUR }], [DAY_START]);
    expect(await cover(from, to)).toEqual({ ...NOTHING, days: [DAY_START] });
  });

  test("the days of a window and the hours at its edges stand side by side", async () => {
    await keep(kept(22, 30, 40, 50), [DAY_START, DAY_START + DAY]);
    expect(await cover(hourAt(21, 30), hourAt(50, 30))).toEqual({
      ...NOTHING,
      days: [DAY_START + DAY],
      hours: [hourAt(22), hourAt(50)],
    });
  });
});

describe("requests one by one", () => {
  const window = { ...span(hourAt(9, 20), hourAt(11, 40)), stepSeconds: 3600 };
  const exact = { isExact: true, days: [], hours: [], requests: [window] };
  beforeEach(async () => {
    await keep([]);
    await db.$client`truncate request_rows`;
  });

  test("are what a window of minutes is read by, however many there are", async () => {
    const minutes = { ...window, stepSeconds: 60 };
    expect(await coverOf(db, minutes, 1_000_000)).toEqual({ ...exact, requests: [minutes] });
  });

  test("are read where all of the window are on record, and not where retention took one of them", async () => {
    const times = [hourAt(9, 20) - 1, hourAt(9, 20), hourAt(11, 40) - 1, hourAt(11, 40)];
    const events = times.map((at) => testEvent({ at }));
    await recordTraffic(db, events, { now: new Date(hourAt(12)) });
    expect(await coverOf(db, window, 2)).toEqual(exact);
    // As the two that lie just outside are on record still, only what is counted in the window tells.
    await db.$client`delete from request_rows where id = ${events[1]?.id as string}`;
    expect(await coverOf(db, window, 2)).toMatchObject({ isExact: false });
  });

  test("are read up to a number, which one more exceeds", async () => {
    const add = (first: number, last: number) => db.$client`
      insert into request_rows (id, nature, ip_hash, network)
      select (lpad(to_hex(${hourAt(10)}::bigint + n), 12, '0') || '70008000000000000000')::uuid, 0, decode(md5('one'), 'hex'), '192.0.2.0/24'
      from generate_series(${first}::int, ${last}::int) as n`;
    await add(1, EXACT_ROWS_MAX);
    expect(await coverOf(db, window, EXACT_ROWS_MAX)).toEqual(exact);
    await add(EXACT_ROWS_MAX + 1, EXACT_ROWS_MAX + 1);
    expect(await coverOf(db, window, EXACT_ROWS_MAX)).toMatchObject({ isExact: false });
    expect(await coverOf(db, window, EXACT_ROWS_MAX + 1)).toMatchObject({ isExact: false });
  });
});

describe("the conditions", () => {
  const countOf = async (table: "request_rows" | "traffic_rollups", fits: ReturnType<typeof inRequests>) => {
    const [row] = await db.execute<{ count: number }>(
      sql`select count(*)::int as count from ${sql.identifier(table)} where ${fits}`,
    );
    return row?.count;
  };

  test("of a window without a request fit nothing", async () => {
    await recordTraffic(db, [testEvent({ at: hourAt(1) })], { now: new Date(hourAt(12)) });
    await keep(kept(1), [DAY_START]);
    const empty = await cover(hourAt(2), hourAt(3));
    expect(empty).toEqual(NOTHING);
    expect(await countOf("request_rows", inRequests(empty))).toBe(0);
    expect(await countOf("traffic_rollups", inKept(empty, "country"))).toBe(0);
  });

  test("tell a day from the hour that it begins with, and each range from its end", async () => {
    await keep(kept(0), [DAY_START]);
    const parts = (change: Partial<Cover>) => inKept({ ...NOTHING, ...change }, "country");
    const spanOf = async (change: Partial<Cover>) =>
      db.execute(sql`select span::text from traffic_rollups where ${parts(change)}`);
    expect([...(await spanOf({ days: [DAY_START] }))]).toEqual([{ span: "day" }]);
    expect([...(await spanOf({ hours: [DAY_START] }))]).toEqual([{ span: "hour" }]);
    await db.$client`truncate request_rows`;
    const times = [hourAt(1) - 1, hourAt(1), hourAt(2) - 1, hourAt(2), hourAt(5)];
    await recordTraffic(
      db,
      times.map((at) => testEvent({ at })),
      { now: new Date(hourAt(12)) },
    );
    const requests = [span(hourAt(1), hourAt(2)), span(hourAt(5), hourAt(5) + 1)];
    expect(await countOf("request_rows", inRequests({ ...NOTHING, requests }))).toBe(3);
  });
});
