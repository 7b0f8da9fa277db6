import { and, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Querier } from "@/db/client";
import { inForce } from "@/db/ip-rules";
import { type IpRule, ipRules } from "@/db/schema";
import { compileRule } from "@/lib/guard/compile-rules";
import { RuleLists } from "@/lib/guard/rule-lists";

const RULES_PER_PAGE = 20_000;
const ACTIONS = new Set<string>(ipRules.action.enumValues);
const KINDS = new Set<string>(ipRules.targetKind.enumValues);
const page = z.object({ last: z.number().nullable(), lines: z.string().nullable() });
type Page = z.infer<typeof page>;

/**
 * The rules that a publication holds: those in force now. They come a page at a time, each as one text with a line for a
 * rule: a million of them are no million rows. The next page is on its way while one is read.
 */
export async function listsInForce(db: Querier): Promise<RuleLists> {
  const lists = new RuleLists();
  let next: Promise<Page> | null = readPage(db, 0);
  while (next) {
    const { last, lines }: Page = await next;
    next = last === null ? null : readPage(db, last);
    for (const line of lines?.split("\n") ?? []) addLine(lists, line);
  }
  return lists;
}

async function readPage(db: Querier, after: number): Promise<Page> {
  const rules = db
    .select({
      id: ipRules.id,
      line: sql<string>`concat_ws(' ', ${ipRules.id}, ${ipRules.action}, ${ipRules.targetKind},
        coalesce(ceil(extract(epoch from ${ipRules.expiresAt}))::bigint, 0), ${ipRules.target})`.as("line"),
    })
    .from(ipRules)
    .where(and(inForce, gt(ipRules.id, after)))
    .orderBy(ipRules.id)
    .limit(RULES_PER_PAGE)
    .as("rules");
  const [row] = await db
    .select({ last: sql`max(${rules.id})`, lines: sql`string_agg(${rules.line}, chr(10))` })
    .from(rules);
  return page.parse(row);
}

function addLine(lists: RuleLists, line: string): void {
  const [id, action = "", targetKind = "", expiresAt, target, rest] = line.split(" ");
  if (!target || rest !== undefined || !isAction(action) || !isKind(targetKind)) return;
  compileRule(lists, { id: Number(id), action, targetKind, expiresAt: Number(expiresAt), target });
}

function isAction(text: string): text is IpRule["action"] {
  return ACTIONS.has(text);
}

function isKind(text: string): text is IpRule["targetKind"] {
  return KINDS.has(text);
}
