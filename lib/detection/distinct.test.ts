import { describe, expect, test } from "vitest";
import { countBits, distinctBit, estimateDistinct } from "@/lib/detection/distinct";

const bitmapOf = (texts: readonly string[]) =>
  texts.reduce((bitmap, text) => bitmap | (1n << BigInt(distinctBit(text))), 0n);
const pathsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `/folder-${index * 7}/page.html`);

describe("the estimate of distinct values", () => {
  test("nothing is nothing, and one thing is one", () => {
    expect(estimateDistinct(0n)).toBe(0);
    expect(estimateDistinct(bitmapOf(["/a", "/a", "/a"]))).toBe(1);
  });

  test.each([5, 10, 20, 40, 80])("%i paths are told within a third", (count) => {
    expect(Math.abs(estimateDistinct(bitmapOf(pathsOf(count))) - count)).toBeLessThanOrEqual(count / 3);
  });

  test("it never falls when more is seen, and a full bitmap is 311", () => {
    const estimates = Array.from({ length: 65 }, (_, ones) => estimateDistinct((1n << BigInt(ones)) - 1n));
    expect(estimates).toEqual([...estimates].sort((one, other) => one - other));
    expect(estimates.at(-1)).toBe(311);
  });

  test("a bigint that Postgres returned as negative is read by its bits", () => {
    expect(countBits(-1n)).toBe(64);
    expect(estimateDistinct(-(1n << 63n))).toBe(1);
  });

  test("the bits of many paths are spread evenly", () => {
    const counts = new Array<number>(64).fill(0);
    for (const path of pathsOf(6400)) counts[distinctBit(path)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(140);
  });
});
