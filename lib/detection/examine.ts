import type { Activity } from "@/lib/detection/activity";
import { type Finding, REASON_MULTIPLE, type RuleContext, type RuleId } from "@/lib/detection/finding";
import { VISITOR_RULES } from "@/lib/detection/rules";
import type { Thresholds } from "@/lib/detection/thresholds";

export type Examination = {
  /** In the order of the rules. */
  findings: Finding[];
  /** 0 to 100. */
  score: number;
  /** The rule's id, or `multiple`. */
  reason: RuleId | typeof REASON_MULTIPLE;
};

/** A window of more than this is a day's, which only the patient rules judge. */
const HOUR_WINDOW_SECONDS_MAX = 2 * 3600;

/**
 * Puts all rules about one visitor to its activity; `null` where nothing is found. Counts per hour are not asked of a
 * window of a day, nor the patient rules of an hour. A verified crawler is found by none: what it asks for are links that
 * others wrote, and nobody else can ask from there.
 */
export function examine(
  activity: Activity,
  thresholds: Thresholds,
  context: RuleContext,
): Examination | null {
  if (context.crawler === "verified") return null;
  const window = context.windowSeconds <= HOUR_WINDOW_SECONDS_MAX ? "hour" : "day";
  const findings = VISITOR_RULES.filter((rule) => rule.window === window)
    .map((rule) => rule.find(activity, thresholds, context))
    .filter((finding) => finding !== null);
  return summarize(findings);
}

/** Several findings about one target as one: their score, and the one reason or `multiple`. */
export function summarize(findings: readonly Finding[]): Examination | null {
  const [first, ...others] = findings;
  if (first === undefined) return null;
  const reason = others.some(({ rule }) => rule !== first.rule) ? REASON_MULTIPLE : first.rule;
  return { findings: [...findings], score: combineScores(findings.map(({ score }) => score)), reason };
}

/** Independent evidence adds up without ever passing 100: 50 and 50 are 75. */
export function combineScores(scores: readonly number[]): number {
  const doubt = scores.reduce((rest, score) => rest * (1 - Math.min(100, Math.max(0, score)) / 100), 1);
  return Math.round(100 * (1 - doubt));
}
