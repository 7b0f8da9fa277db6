import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  ilike,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { beyondLast, deleteInBatches } from "@/db/batches";
import type { Database, Querier } from "@/db/client";
import { type IpRule, ipRules } from "@/db/schema";
import { targetLabel } from "@/lib/guard/rule-target";
import { formatIp, formatRange, isSingle, parseRange } from "@/lib/ip";
import { hashIp, hashSubnet, isVisitorHash } from "@/lib/privacy/hash";

export type RuleAction = IpRule["action"];
export type IpRuleView = IpRule & { label: string };

export function viewOf(rule: IpRule): IpRuleView {
  return { ...rule, label: targetLabel(rule) };
}

export async function findIpRule(db: Querier, id: number): Promise<IpRuleView | null> {
  const [rule] = await db.select().from(ipRules).where(eq(ipRules.id, id)).limit(1);
  return rule ? viewOf(rule) : null;
}

export async function findActiveRule(
  db: Querier,
  action: RuleAction,
  target: string,
): Promise<IpRule | null> {
  const [rule] = await db
    .select()
    .from(ipRules)
    .where(and(eq(ipRules.action, action), eq(ipRules.target, target), eq(ipRules.isActive, true)))
    .limit(1);
  return rule ?? null;
}

/** What is true of the rules that hold now. */
export const inForce = and(
  eq(ipRules.isActive, true),
  or(isNull(ipRules.expiresAt), gt(ipRules.expiresAt, sql`now()`)),
);

const byDetection = like(ipRules.origin, "detection:%");

/** How many blocks of detection's own making are in force. */
export async function countDetectionBlocks(db: Querier): Promise<number> {
  const [row] = await db
    .select({ blocks: count() })
    .from(ipRules)
    .where(and(eq(ipRules.action, "block"), byDetection, inForce));
  return row?.blocks ?? 0;
}

/** The allow rule in force that holds this whole target, found by its key or by the range it lies in, or null. */
export async function findAllowRule(db: Querier, target: string, range: string): Promise<IpRuleView | null> {
  const held = and(eq(ipRules.targetKind, "range"), sql`${ipRules.network} >>= ${range}::inet`);
  const [rule] = await db
    .select()
    .from(ipRules)
    .where(and(eq(ipRules.action, "allow"), inForce, or(eq(ipRules.target, target), held)))
    .limit(1);
  return rule ? viewOf(rule) : null;
}

export type RuleListQuery = {
  action: RuleAction;
  /** An address (found by its hash too, and by the ranges that hold it), a range, or words of reason or note. */
  search?: string;
  state?: "active" | "ended" | "all";
  sort?: "newest" | "expiry";
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
};

export type RuleList = { rules: IpRuleView[]; nextCursor: string | null; total: number };

/** Rules of one action, newest first or soonest to expire first, a page at a time. */
export async function listIpRules(db: Querier, query: RuleListQuery, hashKey: string): Promise<RuleList> {
  const limit = Math.min(query.limit ?? 50, 500);
  const where = and(
    eq(ipRules.action, query.action),
    stateFilter(query.state ?? "active"),
    searchFilter(query.search, hashKey),
  );
  const offset = query.sort === "expiry" ? Math.max(0, Number(query.cursor ?? 0) || 0) : 0;
  const before =
    query.sort !== "expiry" && query.cursor ? lt(ipRules.id, Number(query.cursor) || 0) : undefined;
  const order =
    query.sort === "expiry"
      ? [sql`${ipRules.expiresAt} asc nulls last`, asc(ipRules.id)]
      : [desc(ipRules.id)];
  const [rules, totals] = await Promise.all([
    db
      .select()
      .from(ipRules)
      .where(and(where, before))
      .orderBy(...order)
      .limit(limit + 1)
      .offset(offset),
    db.select({ total: count() }).from(ipRules).where(where),
  ]);
  const page = rules.slice(0, limit).map(viewOf);
  const next = query.sort === "expiry" ? offset + limit : page.at(-1)?.id;
  return {
    rules: page,
    nextCursor: rules.length > limit ? String(next) : null,
    total: totals[0]?.total ?? 0,
  };
}

function stateFilter(state: "active" | "ended" | "all"): SQL | undefined {
  switch (state) {
    case "active":
      return inForce;
    case "ended":
      return or(
        eq(ipRules.isActive, false),
        and(isNotNull(ipRules.expiresAt), lte(ipRules.expiresAt, sql`now()`)),
      );
    case "all":
      return undefined;
  }
}

function searchFilter(search: string | undefined, hashKey: string): SQL | undefined {
  const text = search?.trim();
  if (!text) return undefined;
  if (isVisitorHash(text)) return eq(ipRules.target, text);
  const range = parseRange(text);
  if (!range) {
    const words = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    return or(
      ilike(ipRules.reason, words),
      ilike(ipRules.note, words),
      ilike(ipRules.createdBy, words),
      ilike(ipRules.origin, words),
    );
  }
  if (!isSingle(range)) return sql`${ipRules.network} && ${formatRange(range)}::cidr`;
  const targets = [formatIp(range.ip), hashIp(range.ip, hashKey), hashSubnet(range.ip, hashKey)].filter(
    (t) => t !== null,
  );
  return or(
    sql`${ipRules.target} in ${targets}`,
    and(eq(ipRules.targetKind, "range"), sql`${ipRules.network} >>= ${formatIp(range.ip)}::inet`),
  );
}

/** Ends the rules whose time is over. They had stopped to hold already: this only keeps the lists tidy. */
export async function endExpiredRules(db: Querier): Promise<number> {
  const ended = await db
    .update(ipRules)
    .set({ isActive: false, updatedAt: sql`now()` })
    .where(and(eq(ipRules.isActive, true), lte(ipRules.expiresAt, sql`now()`)))
    .returning({ id: ipRules.id });
  return ended.length;
}

/** Ended rules of detection at the most: an attacker can have so many made and ended within hours. */
const ENDED_BY_DETECTION_MAX = 100_000;

/**
 * Deletes rules that ended before a time, and of detection's also those beyond a number. The audit log tells who made and
 * ended what a person did; requests and cases keep the number of a rule that is gone. Answers how many are.
 */
export async function pruneEndedRules(
  db: Database,
  now: Date,
  before: Date,
  max = ENDED_BY_DETECTION_MAX,
): Promise<number> {
  const endedBy = (at: Date) => sql`(not is_active or expires_at <= ${at.toISOString()}::timestamptz)`;
  const beyond = await beyondLast(db, "ip_rules", sql`origin like 'detection:%' and ${endedBy(now)}`, max);
  // Ending a rule is its last change, unless its words were changed since.
  const old = sql`${endedBy(before)} and updated_at < ${before.toISOString()}::timestamptz`;
  return deleteInBatches(db, "ip_rules", sql`(${old}) or (${beyond})`);
}
