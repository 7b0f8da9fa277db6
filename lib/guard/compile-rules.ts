import type { RangeEntry } from "@/lib/guard/range-table";
import { hashWords, TABLES, type TableName } from "@/lib/guard/rule-set";
import { parseRange } from "@/lib/ip";

/** What of a rule the doors need. */
export type CompilableRule = {
  id: number;
  action: "allow" | "block";
  target: string;
  targetKind: "address" | "range" | "hash";
  expiresAt: Date | null;
};

/** Rules as the entries of the six lists. A target that does not parse was not written by us and is left out. */
export function compileRules(rules: readonly CompilableRule[]): Record<TableName, RangeEntry[]> {
  const entries = Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Record<
    TableName,
    RangeEntry[]
  >;
  for (const rule of rules) {
    const expiresAt = rule.expiresAt ? Math.ceil(rule.expiresAt.getTime() / 1000) : 0;
    if (rule.targetKind === "hash") {
      entries[`${rule.action}-hash`].push({
        start: hashWords(rule.target),
        prefix: 128,
        expiresAt,
        ruleId: rule.id,
      });
      continue;
    }
    const range = parseRange(rule.target);
    if (!range) continue;
    const { version, a, b, c, d } = range.ip;
    entries[`${rule.action}-v${version}`].push({
      start: [a, b, c, d],
      prefix: range.prefix,
      expiresAt,
      ruleId: rule.id,
    });
  }
  return entries;
}
