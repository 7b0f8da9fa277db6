import { RuleLists } from "@/lib/guard/rule-lists";
import { parseRange } from "@/lib/ip";
import { hashWords } from "@/lib/privacy/hash";

/** What of a rule the doors need. */
export type CompilableRule = {
  id: number;
  action: "allow" | "block";
  /** An address or a range in canonical form, or a visitor's hash. */
  target: string;
  targetKind: "address" | "range" | "hash";
  expiresAt: Date | null;
};

/** Adds a rule to the lists. A target that does not parse was not written by us and is left out. */
export function compileRule(
  lists: RuleLists,
  rule: Omit<CompilableRule, "expiresAt"> & {
    /** Seconds since 1970, 0 for never. */
    expiresAt: number;
  },
): void {
  const { id: ruleId, expiresAt, target } = rule;
  const allows = rule.action === "allow";
  if (rule.targetKind === "hash") {
    lists.add("hash", { start: hashWords(target), prefix: 128, allows, ruleId, expiresAt });
    return;
  }
  const range = parseRange(target);
  if (!range) return;
  const { version, a, b, c, d } = range.ip;
  lists.add(version === 4 ? "v4" : "v6", {
    start: [a, b, c, d],
    prefix: range.prefix,
    allows,
    ruleId,
    expiresAt,
  });
}

export function compileRules(rules: Iterable<CompilableRule>): RuleLists {
  const lists = new RuleLists();
  for (const rule of rules) {
    const expiresAt = rule.expiresAt ? Math.ceil(rule.expiresAt.getTime() / 1000) : 0;
    compileRule(lists, { ...rule, expiresAt });
  }
  return lists;
}
