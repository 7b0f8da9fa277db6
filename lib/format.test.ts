import { describe, expect, test } from "vitest";
import {
  changeBetween,
  countryName,
  formatCompact,
  formatCount,
  formatPlural,
  formatRelative,
  formatShare,
  formatSpan,
  formatTime,
  formatUtc,
  formatWait,
} from "@/lib/format";

const now = new Date("2025-09-22T14:20:05Z");
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test("numbers carry separators, and one thing is singular", () => {
  expect(formatCount(12480)).toBe("12,480");
  expect(formatCompact(12480)).toBe("12.5k");
  expect(formatPlural(1, "request")).toBe("1 request");
  expect(formatPlural(0, "country", "countries")).toBe("0 countries");
});

describe("formatShare", () => {
  test.each([
    [1, 4, "25 %"],
    [0, 4, "0 %"],
    [1, 100_000, "< 0.1 %"],
    [99_999, 100_000, "> 99.9 %"],
    [4, 4, "100 %"],
    [3, 0, "0 %"],
  ])("%i of %i is %s", (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });
});

describe("changeBetween", () => {
  test.each([
    [100, 112, "up", "+12 %"],
    [100, 92, "down", "−8 %"],
    [1000, 1003, "up", "+0.3 %"],
    [0, 5, "new", "none before"],
    [7, 7, "same", "± 0 %"],
    [3, 120, "up", "× 40"],
    [5, 0, "down", "−100 %"],
  ])("%i, then %i: %s %s", (before, value, direction, text) => {
    expect(changeBetween(before, value)).toEqual({ direction, text });
  });
});

describe("spans of time", () => {
  test.each([
    [3 * 3600, "in 3 h"],
    [-300, "5 min ago"],
    [2, "now"],
    [86_400 * 7, "in 7 d"],
    [30 * 3600, "in 30 h"],
    [-45, "45 s ago"],
  ])("%i s from now is %j", (seconds, text) => {
    expect(formatRelative(after(seconds), now)).toBe(text);
  });

  test("a wait is rounded up, never down to nothing", () => {
    expect(formatWait(0.2)).toBe("1 second");
    expect(formatWait(45)).toBe("45 seconds");
    expect(formatWait(91)).toBe("2 minutes");
    expect(formatWait(7200)).toBe("2 hours");
    expect(formatSpan(0)).toBe("0 s");
  });
});

test("a time has one width in every month and zone", () => {
  expect(formatUtc(now)).toBe("22 Sep 2025, 14:20:05 UTC");
  expect(formatTime(now, "day", "UTC")).toBe("Mon 22 Sep");
  const local = `${now.getHours()}:${now.getMinutes()}`.replace(/\b\d\b/g, "0$&");
  expect(formatTime(now, "log")).toContain(`, ${local}:05`);
  expect(formatTime(new Date("2025-05-02T00:00:00Z"), "minute", "UTC")).toBe("02 May, 00:00");
});

test("a country without a name keeps its letters, and none is unknown", () => {
  expect(countryName("NG")).toBe("Nigeria");
  expect(countryName("QZ")).toBe("QZ");
  expect(countryName("")).toBe("Unknown");
  expect(countryName(null)).toBe("Unknown");
});
