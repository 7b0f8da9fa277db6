import fc from "fast-check";
import { expect, test } from "vitest";
import { coverOfCounts } from "@/db/overview/cover";
import { DAY, DAY_START, HOUR, hourAt, keepCounts } from "@/db/test/kept-counts";
import { BUSY_HOUR } from "@/db/tops-sql";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();

const DAYS = 3;
const hour = fc.option(
  fc.record({ requests: fc.constantFrom(1, BUSY_HOUR - 1, BUSY_HOUR), isKept: fc.boolean() }),
);
const moment = fc.oneof(
  fc.integer({ min: 0, max: DAYS * 24 }).map((hours) => hourAt(hours)),
  fc.integer({ min: 0, max: DAYS * DAY }).map((shift) => DAY_START + shift),
);

test("whatever is kept, no hour of a window is told twice, and none is left out but of a forgotten day's lesser part", async () => {
  const property = fc.asyncProperty(
    fc.array(hour, { minLength: DAYS * 24, maxLength: DAYS * 24 }),
    fc.subarray(Array.from({ length: DAYS }, (_, day) => DAY_START + day * DAY)),
    fc.tuple(moment, moment).filter(([one, other]) => one !== other),
    async (made, days, moments) => {
      const [from = 0, to = 0] = moments.toSorted((one, other) => one - other);
      const hours = made.flatMap((counts, at) => (counts ? [{ at: hourAt(at), ...counts }] : []));
      await keepCounts(db, hours, days);
      const cover = await coverOfCounts(db, { from: new Date(from), to: new Date(to) });
      const ranges = cover.requests.map((range) => [range.from.getTime(), range.to.getTime()] as const);
      for (const { at } of hours) {
        const day = Math.floor(at / DAY) * DAY;
        const times =
          cover.days.filter((start) => start === day).length +
          cover.hours.filter((start) => start === at).length +
          ranges.filter(([start, end]) => start < at + HOUR && at < end).length;
        const isOfDay = cover.days.includes(day);
        const isWithin = at + HOUR > from && at < to;
        if (isWithin || isOfDay) expect(times, new Date(at).toISOString()).toBeLessThanOrEqual(1);
        else expect(times, new Date(at).toISOString()).toBe(0);
        if (!isWithin || times === 1) continue;
        const inside = Math.min(to, day + DAY) - Math.max(from, day);
        const isForgotten = hours.some(
          (other) => Math.floor(other.at / DAY) * DAY === day && other.requests >= BUSY_HOUR && !other.isKept,
        );
        const isLesser = inside * 2 < DAY;
        expect({ isForgotten, isDayKept: days.includes(day), isLesser }).toEqual({
          isForgotten: true,
          isDayKept: true,
          isLesser: true,
        });
      }
      for (const [, end] of ranges) expect(end).toBeLessThanOrEqual(to);
    },
  );
  await fc.assert(property, { numRuns: 150 });
}, 60_000);
