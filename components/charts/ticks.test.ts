import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeTicks, valueTicks } from "@/components/charts/ticks";

describe("valueTicks", () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [130, [0, 50, 100, 150]],
    [999, [0, 250, 500, 750, 1000]],
    [12_480, [0, 5000, 10_000, 15_000]],
  ])("up to %i", (max, ticks) => {
    expect(valueTicks(max)).toEqual(ticks);
  });

  test("are whole, even, at most four above zero, and reach every maximum", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (max) => {
        const ticks = valueTicks(max);
        const step = (ticks[1] as number) - (ticks[0] as number);
        expect(ticks.every((tick, index) => tick === index * step && Number.isInteger(tick))).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      }),
    );
  });
});

describe("timeTicks", () => {
  const start = Date.UTC(2025, 10, 21, 10);
  const steps = (count: number, seconds: number) =>
    Array.from({ length: count }, (_, i) => start + i * seconds * 1000);
  const shown = (ticks: number[]) => ticks.map((at) => new Date(at).toISOString().slice(5, 16));
  const utc = () => 0;

  test("of an hour are its quarters", () => {
    expect(shown(timeTicks(steps(61, 60), 60, utc, 6))).toEqual([
      "11-21T10:00",
      "11-21T10:15",
      "11-21T10:30",
      "11-21T10:45",
      "11-21T11:00",
    ]);
  });

  test("of a day are every sixth hour of the reader's clock", () => {
    expect(shown(timeTicks(steps(25, 3600), 3600, utc, 6))).toEqual([
      "11-21T12:00",
      "11-21T18:00",
      "11-22T00:00",
      "11-22T06:00",
    ]);
    // Kolkata is 5 h 30 min ahead: the step in which its clock strikes a sixth hour.
    expect(shown(timeTicks(steps(25, 3600), 3600, () => -330, 6))[0]).toBe("11-21T13:00");
  });

  test("of a week are midnights, and no more than there is room for", () => {
    expect(shown(timeTicks(steps(169, 3600), 3600, utc, 8))).toHaveLength(7);
    expect(shown(timeTicks(steps(169, 3600), 3600, () => 300, 4))).toEqual([
      "11-22T05:00",
      "11-24T05:00",
      "11-26T05:00",
      "11-28T05:00",
    ]);
    expect(timeTicks(steps(121, 21_600), 21_600, utc, 5).length).toBeLessThanOrEqual(5);
  });
});
