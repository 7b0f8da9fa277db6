import { describe, expect, test } from "vitest";
import type { Activity } from "@/lib/detection/activity";
import { fakeCrawler, userAgentSwitching } from "@/lib/detection/rules/identity";
import { activityOf, DEFAULTS, HOUR_CONTEXT } from "@/lib/detection/test/activity-of";

describe("user-agent-switching", () => {
  const find = (change: Partial<Activity>) =>
    userAgentSwitching.find(activityOf(change), DEFAULTS, HOUR_CONTEXT);

  test("twenty names in thirty requests are found", () => {
    expect(find({ requests: 30, counted: 30, userAgents: 20 })?.sentence).toBe(
      "30 requests in 10 minutes under 20 user agents (limit: 10 an hour).",
    );
  });

  test("an office behind one address is not: its people read pages and load what is on them", () => {
    expect(find({ requests: 900, counted: 120, userAgents: 30 })).toBeNull();
    expect(find({ requests: 90, counted: 40, userAgents: 15 })).toBeNull();
  });

  test("a person with three browsers is not", () => {
    expect(find({ requests: 9, counted: 9, userAgents: 3 })).toBeNull();
  });
});

describe("fake-crawler", () => {
  const find = (crawler: "none" | "verified" | "impostor" | "unpublished") =>
    fakeCrawler.find(activityOf({ signals: { "crawler-claim": 4 } }), DEFAULTS, { ...HOUR_CONTEXT, crawler });

  test("a claim from outside the engine's ranges is found", () => {
    expect(find("impostor")?.sentence).toBe(
      "4 requests as a search engine's crawler, from 203.0.113.0/24, which that engine does not use.",
    );
  });

  test.each(["none", "verified", "unpublished"] as const)("%s is not", (crawler) => {
    expect(find(crawler)).toBeNull();
  });
});
