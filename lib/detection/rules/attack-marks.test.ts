import { describe, expect, test } from "vitest";
import { ATTACK_MARK_RULES } from "@/lib/detection/rules/attack-marks";
import { SIGNAL_BITS, type Signal } from "@/lib/detection/signals";
import { activityOf, DEFAULTS, HOUR_CONTEXT } from "@/lib/detection/test/activity-of";
import { thresholdsFrom } from "@/lib/detection/thresholds";

const OWN: readonly [rule: string, signal: Signal][] = [
  ["sensitive-files", "sensitive-file"],
  ["traversal", "traversal"],
  ["injection", "injection"],
  ["known-exploit", "known-exploit"],
  ["bad-user-agent", "scanner-agent"],
  ["open-proxy", "open-proxy"],
  ["malformed", "malformed"],
];

describe.each(OWN)("%s", (id, signal) => {
  const rule = ATTACK_MARK_RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`There is no rule ${id}.`);

  test("one request that shows its signal is found, with or without a status", () => {
    const finding = rule.find(
      activityOf({ signals: { [signal]: 1 }, answeredOtherwise: false }),
      DEFAULTS,
      HOUR_CONTEXT,
    );
    expect(finding).toMatchObject({ rule: id, counts: { [signal]: 1 }, threshold: 1 });
    expect(finding?.sentence).toMatch(/^1 (request|attempt) .+\.$/);
    expect(rule.needsStatus).toBe(false);
  });

  test("requests that show any other signal are not", () => {
    const others = Object.keys(SIGNAL_BITS).filter((name) => name !== signal);
    const signals = Object.fromEntries(others.map((name) => [name, 50]));
    expect(rule.find(activityOf({ signals }), DEFAULTS, HOUR_CONTEXT)).toBeNull();
  });

  test("it names what was asked for", () => {
    const samples = [{ method: "GET", path: "/x/y", status: 404, signals: SIGNAL_BITS[signal] }];
    const finding = rule.find(activityOf({ signals: { [signal]: 2 } }), DEFAULTS, {
      ...HOUR_CONTEXT,
      samples,
    });
    expect(finding?.sentence).toMatch(/^2 .+ in 10 minutes\. Asked for \/x\/y\.$/);
  });
});

test("a higher threshold waits for more requests, and a known exploit waits for none", () => {
  const thresholds = thresholdsFrom({ PROBE_REQUESTS: "3" });
  const found = (count: number) =>
    ATTACK_MARK_RULES.filter((rule) =>
      rule.find(
        activityOf({ signals: { traversal: count, "known-exploit": count } }),
        thresholds,
        HOUR_CONTEXT,
      ),
    ).map(({ id }) => id);
  expect(found(2)).toEqual(["known-exploit"]);
  expect(found(3)).toEqual(["traversal", "known-exploit"]);
});

test("a path with control characters is printable in its evidence, and a long one is cut", () => {
  const path = `/\u001b[31m${"a".repeat(5000)}`;
  const samples = [{ method: "GET", path, status: 404, signals: SIGNAL_BITS.traversal }];
  const rule = ATTACK_MARK_RULES[1];
  const sentence = rule.find(activityOf({ signals: { traversal: 1 } }), DEFAULTS, {
    ...HOUR_CONTEXT,
    samples,
  })?.sentence;
  expect(sentence).toMatch(/Asked for \/\?\[31ma+…\.$/);
  expect(sentence?.length).toBeLessThan(200);
});
