import { describe, expect, test } from "vitest";
import { pathProblem } from "@/lib/detection/threshold-input";
import { rangeOf, thresholdProblem } from "@/lib/detection/threshold-range";
import { THRESHOLD_NAMES, THRESHOLDS, thresholdsFrom } from "@/lib/detection/thresholds";

const defaults = thresholdsFrom();

test("every threshold but the list of paths has a range, and its ends and its default are in it", () => {
  for (const name of THRESHOLD_NAMES) {
    const range = rangeOf(name);
    if (name === "sensitivePaths") expect(range).toBeNull();
    for (const value of range ? [range.min, range.max] : []) {
      expect(thresholdProblem(name, value)).toBeNull();
      expect(THRESHOLDS[name].schema.safeParse(value).success).toBe(true);
    }
    for (const value of range ? [range.min - 1, range.max + 1, range.min + 0.5] : []) {
      expect(thresholdProblem(name, value)).toMatch(/whole number from/);
      expect(THRESHOLDS[name].schema.safeParse(value).success).toBe(false);
    }
    expect(thresholdProblem(name, defaults[name])).toBeNull();
  }
});

test("a number that is none is refused with the numbers that would be right", () => {
  const right = "Enter a whole number from 1 to 1,000,000.";
  for (const value of ["100", "", null, Number.NaN, undefined])
    expect(thresholdProblem("requests", value)).toBe(right);
});

describe("a sensitive path", () => {
  test.each(["/admin/", "/api/auth", "/wp-login.php", "/ä/"])("%s is one", (path) => {
    expect(pathProblem(path)).toBeNull();
    expect(thresholdsFrom({}, { sensitivePaths: [path] }).sensitivePaths).toEqual([path]);
  });

  test.each([
    ["admin", "begins with /"],
    ["", "begins with /"],
    ["/", "whole site"],
    ["//", "whole site"],
    ["/a b", "no space"],
    ["/a,/b", "comma"],
    ["/search?q=", "question mark"],
    [`/${"a".repeat(200)}`, "200 characters"],
  ])("%j is none: %s", (path, words) => {
    expect(pathProblem(path)).toContain(words);
    expect(thresholdProblem("sensitivePaths", ["/admin/", path])).toContain(words);
  });

  test("more than a hundred are too many, and none at all is allowed", () => {
    const paths = Array.from({ length: 101 }, (_, index) => `/${index}`);
    expect(thresholdProblem("sensitivePaths", paths)).toContain("100 paths at most");
    expect(thresholdProblem("sensitivePaths", [])).toBeNull();
  });
});
