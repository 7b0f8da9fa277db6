import { and, gt, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { z } from "zod";
import type { Querier } from "@/db/client";
import { inForce } from "@/db/ip-rules";
import { type IpRule, ipRules } from "@/db/schema";
import { compileRule } from "@/lib/guard/compile-rules";
import { RuleLists } from "@/lib/guard/rule-lists";

export const RULES_PER_PAGE = 20_000;
const page = z.object({
  last: z.number().nullable(),
  ids: z.string(),
  targets: z.string(),
  until: z.string(),
  actions: z.string(),
  kinds: z.string(),
});
type Page = z.infer<typeof page>;

const ACTIONS: Record<string, IpRule["action"]> = { a: "allow", b: "block" };
const KINDS: Record<string, IpRule["targetKind"]> = { a: "address", r: "range", h: "hash" };

/**
 * The rules that a publication holds: those in force now. They come a page at a time, each column of it as one text, which
 * is what PostgreSQL makes fastest: a million rules are no million rows. The next page is on its way while one is read.
 */
export async function listsInForce(db: Querier): Promise<RuleLists> {
  const lists = new RuleLists();
  let next: Promise<Page> | null = readPage(db, 0);
  while (next) {
    const read: Page = await next;
    next = read.last === null ? null : readPage(db, read.last);
    if (read.last !== null) addPage(lists, read);
  }
  return lists;
}

async function readPage(db: Querier, after: number): Promise<Page> {
  const rules = db
    .select()
    .from(ipRules)
    .where(and(inForce, gt(ipRules.id, after)))
    .orderBy(ipRules.id)
    .limit(RULES_PER_PAGE)
    .as("rules");
  const seconds = sql`ceil(date_part('epoch', ${rules.expiresAt}))::bigint`;
  const joined = (value: SQL | SQLWrapper, between: string) =>
    sql<string>`coalesce(string_agg(${value}, ${between}::text), '')`;
  const [row] = await db
    .select({
      last: sql`max(${rules.id})`,
      ids: joined(sql`${rules.id}::text`, " "),
      targets: joined(rules.target, " "),
      until: joined(sql`case when ${rules.expiresAt} is null then '' else ${seconds}::text end`, " "),
      actions: joined(sql`case ${rules.action} when 'allow' then 'a' else 'b' end`, ""),
      kinds: joined(
        sql`case ${rules.targetKind} when 'hash' then 'h' when 'range' then 'r' else 'a' end`,
        "",
      ),
    })
    .from(rules);
  return page.parse(row);
}

/** @throws Error where the columns are not of one length: a target with a space was not written by us. */
function addPage(lists: RuleLists, { ids, targets, until, actions, kinds }: Page): void {
  const [idTexts, targetTexts, untilTexts] = [ids, targets, until].map((text) => text.split(" "));
  if (idTexts?.length !== targetTexts?.length)
    throw new Error("A rule in force has a target with a space in it.");
  for (const [at, id] of (idTexts ?? []).entries()) {
    compileRule(lists, {
      id: Number(id),
      action: ACTIONS[actions.charAt(at)] ?? "block",
      targetKind: KINDS[kinds.charAt(at)] ?? "address",
      target: targetTexts?.[at] ?? "",
      expiresAt: Number(untilTexts?.[at] ?? 0),
    });
  }
}
