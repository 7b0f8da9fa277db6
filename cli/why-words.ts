import { nameTarget, untilWhen } from "@/cli/rule-words";
import { formatPairs, printable } from "@/cli/table";
import type { Explanation } from "@/db/why";
import { formatCount, formatRelative, formatUtc } from "@/lib/format";
import { POLICIES } from "@/lib/guard/policy";

/** An explanation as a person reads it: what happens, by which rule, and what each stage said. */
export function explanationLines(answer: Explanation, now: Date): string[] {
  const stages = answer.trace.map(
    ({ stage, note, answered }) => [`  ${stage}`, answered ? `${note}  <- decides` : note] as const,
  );
  return [
    `${nameTarget(answer.ip, answer.label)}, ${printable(answer.method)} ${printable(answer.path)}`,
    "",
    whatHappens(answer),
    ...ruleLines(answer, now),
    "",
    `${rulesUsed(answer, now)}:`,
    ...formatPairs(stages),
  ];
}

function whatHappens({ verdict, policy }: Explanation): string {
  switch (verdict.reason) {
    case "block-rule":
      return `Refused with 403, by block rule ${verdict.ruleId}.`;
    case "allow-rule":
      return `Let in without any limit, by allow rule ${verdict.ruleId}.`;
    case "no-address":
      return "Refused with 403: there is no address.";
    case "rules-unavailable":
      return "Refused with 503: there are no rules yet, and FAIL_MODE is closed.";
    case "rate-limit":
    case "limiter-unavailable":
      return `Limited by policy ${verdict.policy}.`;
    case "within-limit":
    case "default":
    case "degraded": {
      if (!policy) return "Let in: no rule speaks against it.";
      const { anonymous, windowSeconds } = POLICIES[policy];
      return `Let in, ${formatCount(anonymous)} times in ${windowSeconds} s, then 429 (policy ${policy}).`;
    }
  }
}

function ruleLines({ rule, verdict }: Explanation, now: Date): string[] {
  if (!("ruleId" in verdict)) return [];
  if (!rule) return ["  What it says is in the database, which does not answer or holds it no more."];
  return formatPairs([
    ["  Target", rule.label],
    ["  Reason", printable(rule.reason) || "none given"],
    ...(rule.note ? [["  Note", printable(rule.note)] as const] : []),
    ["  Origin", `${rule.origin}, by ${printable(rule.createdBy)}, ${formatUtc(rule.createdAt)}`],
    ["  In force", untilWhen(rule.expiresAt, now)],
  ]);
}

function rulesUsed({ source, sourceProblem, publishedAt }: Explanation, now: Date): string {
  if (source === "database")
    return `${sourceProblem} By the rules of the database, which the doors may not have`;
  if (!publishedAt) return "By the edge store, where no rules are published";
  return `By the rules at the doors, published ${formatUtc(publishedAt)}, ${formatRelative(publishedAt, now)}`;
}
