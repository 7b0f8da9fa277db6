import { describe, expect, test } from "vitest";
import { combineScores, examine, summarize } from "@/lib/detection/examine";
import { RULE_IDS, VISITOR_RULES } from "@/lib/detection/rules";
import { activityOf, DEFAULTS, HOUR_CONTEXT } from "@/lib/detection/test/activity-of";

describe("an examination", () => {
  test("a quiet visitor is nothing to speak of", () => {
    expect(examine(activityOf(), DEFAULTS, HOUR_CONTEXT)).toBeNull();
  });

  test("one rule is the reason and gives its score", () => {
    const examination = examine(activityOf({ signals: { "known-exploit": 1 } }), DEFAULTS, HOUR_CONTEXT);
    expect(examination).toMatchObject({ reason: "known-exploit", score: 90 });
    expect(examination?.findings).toHaveLength(1);
  });

  test("several rules are `multiple`, keep all their evidence, and score more than each", () => {
    const busy = activityOf({ counted: 400, signals: { injection: 3, traversal: 1 } });
    const examination = examine(busy, DEFAULTS, HOUR_CONTEXT);
    expect(examination?.reason).toBe("multiple");
    expect(examination?.findings.map(({ rule }) => rule)).toEqual(["high-volume", "traversal", "injection"]);
    const scores = examination?.findings.map(({ score }) => score) ?? [];
    expect(examination?.score).toBeGreaterThan(Math.max(...scores));
    expect(examination?.score).toBeLessThanOrEqual(100);
  });

  test("a verified crawler that follows somebody's hostile link is no attacker; an unverified one is", () => {
    const lured = activityOf({ counted: 90, signals: { "known-exploit": 1, "crawler-claim": 90 } });
    expect(examine(lured, DEFAULTS, { ...HOUR_CONTEXT, crawler: "verified" })).toBeNull();
    expect(examine(lured, DEFAULTS, { ...HOUR_CONTEXT, crawler: "unpublished" })?.reason).toBe(
      "known-exploit",
    );
  });

  test("a day's activity is not held against the limits of an hour", () => {
    const day = { ...HOUR_CONTEXT, windowSeconds: 86_400 };
    expect(examine(activityOf({ counted: 900, activeHours: 20, failedPaths: 60 }), DEFAULTS, day)).toBeNull();
    const patient = activityOf({ counted: 20, activeHours: 9, probes: 15, failedPaths: 14 });
    expect(examine(patient, DEFAULTS, day)?.reason).toBe("low-and-slow");
    expect(examine({ ...patient, failedPaths: 9 }, DEFAULTS, HOUR_CONTEXT)).toBeNull();
  });

  test("two findings of one rule are no second reason", () => {
    const finding = examine(activityOf({ counted: 400 }), DEFAULTS, HOUR_CONTEXT)?.findings[0];
    if (finding === undefined) throw new Error("Nothing was found.");
    expect(summarize([finding, finding])?.reason).toBe("high-volume");
  });
});

test("scores add up as independent evidence does and stay within 0 and 100", () => {
  expect(combineScores([50, 50])).toBe(75);
  expect(combineScores([])).toBe(0);
  expect(combineScores([90, 90, 90, 90, 90])).toBe(100);
  expect(combineScores([-5, 140])).toBe(100);
});

test("every rule about one visitor has an id of the list, once, and says what it does", () => {
  const ids = VISITOR_RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const aboutMore = ["credential-stuffing", "traffic-spike", "distributed"];
  expect([...ids, ...aboutMore].sort()).toEqual([...RULE_IDS].sort());
  for (const { title, description } of VISITOR_RULES) {
    expect(title).toMatch(/^[A-Z]/);
    expect(description).toMatch(/\.$/);
  }
});

test("only path-probing needs the status of a response", () => {
  expect(VISITOR_RULES.filter(({ needsStatus }) => needsStatus).map(({ id }) => id)).toEqual([
    "path-probing",
  ]);
});
