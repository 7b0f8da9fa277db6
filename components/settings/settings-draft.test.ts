import { describe, expect, test } from "vitest";
import { RULE_GROUPS, THRESHOLD_LABELS } from "@/components/settings/rule-groups";
import { changesOf, NO_DRAFT, parseDraft, typedNumber } from "@/components/settings/settings-draft";
import type { ShownGroup, ShownThreshold } from "@/components/settings/shown-settings";
import { RULE_IDS } from "@/lib/detection/rules";
import { THRESHOLD_NAMES } from "@/lib/detection/thresholds";

const threshold = (name: string, change: Partial<ShownThreshold> = {}): ShownThreshold => ({
  name,
  label: name,
  sentence: "",
  env: name.toUpperCase(),
  value: 100,
  fallback: 100,
  range: { min: 1, max: 1000 },
  origin: "default",
  problem: null,
  author: null,
  ...change,
});
const groups: ShownGroup[] = [
  {
    id: "volume",
    title: "Volume",
    note: "",
    shared: [threshold("probes")],
    rules: [
      {
        id: "crawl",
        title: "Crawl",
        description: "",
        note: null,
        mode: "observe",
        modes: ["off", "observe"],
        author: null,
        findings: { found: 0, blocked: 0, wouldBlock: 0, guarded: 0 },
        thresholds: [
          threshold("requests", { value: 50, origin: "page" }),
          threshold("fixed", { origin: "environment" }),
          threshold("paths", { value: ["/a/"], fallback: ["/a/"], range: null }),
        ],
      },
    ],
  },
];
const draftOf = (values: Record<string, string | string[]>) => changesOf(groups, { ...NO_DRAFT, values });

describe("the page", () => {
  test("shows every rule and every threshold, each once", () => {
    const rules = RULE_GROUPS.flatMap((group) => group.rules);
    expect(rules.map(({ id }) => id).sort()).toEqual([...RULE_IDS].sort());
    const thresholds = RULE_GROUPS.flatMap(({ shared, rules: own }) => [
      ...shared,
      ...own.flatMap((rule) => rule.thresholds),
    ]);
    expect(thresholds.sort()).toEqual([...THRESHOLD_NAMES].sort());
    expect(Object.keys(THRESHOLD_LABELS).sort()).toEqual([...THRESHOLD_NAMES].sort());
  });
});

describe("a draft", () => {
  test("changes what differs from what is stored, and nothing else", () => {
    expect(changesOf(groups, NO_DRAFT)).toEqual({ thresholds: {}, modes: {}, problems: {}, count: 0 });
    expect(draftOf({ probes: "7", requests: "50", paths: ["/a/"] })).toMatchObject({
      thresholds: { probes: 7 },
      count: 1,
    });
  });

  test("that has the default again takes the stored value away", () => {
    expect(draftOf({ requests: "100" }).thresholds).toEqual({ requests: null });
  });

  test("says of each field what is wrong, and what would be right", () => {
    expect(draftOf({ probes: "many", requests: "0", paths: ["a"] })).toMatchObject({
      thresholds: {},
      count: 3,
      problems: {
        probes: "Enter a whole number from 1 to 1,000.",
        requests: "Enter a whole number from 1 to 1,000.",
        paths: "a: A path begins with /, such as /admin/.",
      },
    });
  });

  test("cannot change what the environment fixes, nor choose a mode that a rule has not", () => {
    expect(draftOf({ fixed: "7" }).count).toBe(0);
    expect(changesOf(groups, { values: {}, modes: { crawl: "enforce" } }).count).toBe(0);
    expect(changesOf(groups, { values: {}, modes: { crawl: "off" } }).modes).toEqual({ crawl: "off" });
  });

  test("is read from what was kept, if that is one", () => {
    expect(parseDraft('{"values":{"probes":"7"},"modes":{}}')).toEqual({
      values: { probes: "7" },
      modes: {},
    });
    for (const text of [null, "", "null", "7", "{", '{"values":null,"modes":{}}'])
      expect(parseDraft(text)).toEqual(NO_DRAFT);
  });
});

test.each([
  ["100", 100],
  [" 1,000 ", 1000],
  ["1 000", 1000],
  ["", Number.NaN],
  ["-1", Number.NaN],
  ["1.5", Number.NaN],
  ["1e3", Number.NaN],
])("%j is typed for %d", (text, value) => {
  expect(typedNumber(text)).toBe(value);
});
