import { sql } from "drizzle-orm";
import type { Querier } from "@/db/client";

/** What a rule has found lately: targets, and what followed for them. */
export type RuleFindings = {
  found: number;
  /** Blocked by this rule's own enforcement, or by another rule or person. */
  blocked: number;
  /** Would have been blocked, had the rule been enforced. */
  wouldBlock: number;
  /** Protected from a block. */
  guarded: number;
};

/** What each rule has found since a time, over the targets that it still stands for. */
export async function countFindings(db: Querier, since: Date): Promise<Map<string, RuleFindings>> {
  const rows = await db.execute<RuleFindings & { rule: string }>(sql`
    select rule, count(*)::int as found,
      (count(*) filter (where follow_up = 'blocked'))::int as blocked,
      (count(*) filter (where follow_up = 'would-block'))::int as "wouldBlock",
      (count(*) filter (where follow_up = 'guarded'))::int as guarded
    from suspicious_ips cross join unnest(reasons) as rule
    where last_detected >= ${since.toISOString()}::timestamptz
    group by rule`);
  return new Map(rows.map(({ rule, ...counts }) => [rule, counts]));
}
