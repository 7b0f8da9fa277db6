import { describe, expect, test } from "vitest";
import { crawl, highVolume } from "@/lib/detection/rules/volume";
import { activityOf, DEFAULTS, HOUR_CONTEXT, START } from "@/lib/detection/test/activity-of";

describe("high-volume", () => {
  const find = (change: Parameters<typeof activityOf>[0], context = HOUR_CONTEXT) =>
    highVolume.find(activityOf(change), DEFAULTS, context);

  test("more than 100 counted requests in an hour are found, with the numbers in the sentence", () => {
    const finding = find({ requests: 300, counted: 214, lastAt: START + 9 * 60_000 });
    expect(finding?.sentence).toBe("214 requests in 9 minutes (limit: 100 an hour).");
    expect(finding).toMatchObject({ rule: "high-volume", threshold: 100, counts: { requests: 214 } });
  });

  test("exactly 100 are not", () => {
    expect(find({ requests: 100, counted: 100 })).toBeNull();
  });

  test("a thousand assets, prefetches and data requests are not", () => {
    expect(find({ requests: 1000, counted: 40 })).toBeNull();
  });

  test("a verified crawler may ask as often as it likes", () => {
    expect(
      find({ counted: 50_000, claimsCrawler: true }, { ...HOUR_CONTEXT, crawler: "verified" }),
    ).toBeNull();
  });

  test("a crawler that nobody can verify may ask ten times as often, and no more", () => {
    const context = { ...HOUR_CONTEXT, crawler: "unpublished" } as const;
    expect(find({ counted: 900 }, context)).toBeNull();
    expect(find({ counted: 1001 }, context)?.threshold).toBe(1000);
  });

  test("an attack under a crawler's name loses the crawler's limit", () => {
    const context = { ...HOUR_CONTEXT, crawler: "unpublished" } as const;
    expect(find({ counted: 150, signals: { traversal: 1 } }, context)?.threshold).toBe(100);
  });

  test("whoever is refused five times for asking too often is found at any volume", () => {
    expect(find({ counted: 5, limited: 5 })?.sentence).toContain(
      "5 requests were refused for asking too often",
    );
    expect(find({ counted: 5, limited: 4 })).toBeNull();
  });
});

describe("crawl", () => {
  const find = (change: Parameters<typeof activityOf>[0], context = HOUR_CONTEXT) =>
    crawl.find(activityOf(change), DEFAULTS, context);

  test("80 different pages in two minutes are found", () => {
    const finding = find({ counted: 90, distinctPaths: 80, lastAt: START + 120_000 });
    expect(finding?.sentence).toBe(
      "About 80 different pages in 2 minutes (limit: 60 an hour at 20 a minute).",
    );
  });

  test("80 different pages read over an hour are not", () => {
    expect(find({ counted: 90, distinctPaths: 80, lastAt: START + 3_500_000 })).toBeNull();
  });

  test("one page fetched a hundred times is not", () => {
    expect(find({ counted: 100, distinctPaths: 1, lastAt: START + 60_000 })).toBeNull();
  });

  test("a crawler that behaves is not, and its impostor is", () => {
    const fast = { counted: 200, distinctPaths: 200, lastAt: START + 60_000 };
    expect(find(fast, { ...HOUR_CONTEXT, crawler: "verified" })).toBeNull();
    expect(find(fast, { ...HOUR_CONTEXT, crawler: "unpublished" })).toBeNull();
    expect(find(fast, { ...HOUR_CONTEXT, crawler: "impostor" })).not.toBeNull();
  });
});
