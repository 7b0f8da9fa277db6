import type { Flags } from "@/bench/eval/clock";
import { RULE_IDS, type RuleId } from "@/lib/detection/rules";

/** What a target asks, and whether it was reached. */
export type Check = { name: string; value: number; wanted: string; isMet: boolean };
export type RuleCount = { rule: RuleId; flagged: number; rightly: number; ofHostile: number };

export type SetResult = {
  set: string;
  kind: string;
  /** Figures in words, for the table. */
  facts: string[];
  rules: RuleCount[];
  checks: Check[];
  /** What a reader will want to look at: wrongly flagged and missed ones. */
  details: string[];
};

export const atLeast = (name: string, value: number, least: number): Check => ({
  name,
  value,
  wanted: `≥ ${least}`,
  isMet: value >= least,
});

export const atMost = (name: string, value: number, most: number): Check => ({
  name,
  value,
  wanted: `≤ ${most}`,
  isMet: value <= most,
});

/** A share; of nothing at all it is `ofNothing`. */
export function shareOf(part: number, whole: number, ofNothing = 1): number {
  return whole === 0 ? ofNothing : part / whole;
}

/** For each rule how many it flagged, and how many of those are hostile. Keys are unique over all logs of a set. */
export function countRules(flags: Flags, hostile: ReadonlySet<string>): RuleCount[] {
  return RULE_IDS.map((rule) => {
    const own = [...flags].filter(([, rules]) => rules.has(rule)).map(([key]) => key);
    return {
      rule,
      flagged: own.length,
      rightly: own.filter((key) => hostile.has(key)).length,
      ofHostile: hostile.size,
    };
  }).filter(({ flagged }) => flagged > 0);
}

export function rulesOf(flags: Flags, key: string): string {
  return [...(flags.get(key) ?? [])].join(", ");
}
