import { and, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Querier } from "@/db/client";
import { inForce } from "@/db/ip-rules";
import { ipRules } from "@/db/schema";
import { compileRule } from "@/lib/guard/compile-rules";
import { RuleLists } from "@/lib/guard/rule-lists";

const RULES_PER_PAGE = 20_000;
const LINE = /^(\d+) (allow|block) (address|range|hash) (\d+) (\S+)$/;
const page = z.object({ last: z.number().nullable(), lines: z.string().nullable() });

/**
 * The rules that a publication holds: those in force now. They come a page at a time, each as one text with a line for a
 * rule: a million of them are no million rows.
 */
export async function listsInForce(db: Querier): Promise<RuleLists> {
  const lists = new RuleLists();
  for (let last: number | null = 0; last !== null; ) {
    const rules = db
      .select({
        id: ipRules.id,
        line: sql<string>`concat_ws(' ', ${ipRules.id}, ${ipRules.action}, ${ipRules.targetKind},
          coalesce(ceil(extract(epoch from ${ipRules.expiresAt}))::bigint, 0), ${ipRules.target})`.as("line"),
      })
      .from(ipRules)
      .where(and(inForce, gt(ipRules.id, last)))
      .orderBy(ipRules.id)
      .limit(RULES_PER_PAGE)
      .as("rules");
    const [row] = await db
      .select({
        last: sql`max(${rules.id})`,
        lines: sql`string_agg(${rules.line}, chr(10) order by ${rules.id})`,
      })
      .from(rules);
    const found = page.parse(row);
    addLines(lists, found.lines ?? "");
    last = found.last;
  }
  return lists;
}

function addLines(lists: RuleLists, lines: string): void {
  for (const line of lines.split("\n")) {
    const match = LINE.exec(line);
    if (!match) continue;
    compileRule(lists, {
      id: Number(match[1]),
      action: match[2] as "allow" | "block",
      targetKind: match[3] as "address" | "range" | "hash",
      expiresAt: Number(match[4]),
      target: match[5] as string,
    });
  }
}
