import { isRuleState, type RuleState, rulesHref } from "@/components/rules/rule-search";
import type { ShownRule } from "@/components/rules/rule-table";
import { RULE_WORDS } from "@/components/rules/rule-words";
import type { ShownWhy } from "@/components/rules/why-line";
import { database } from "@/db/client";
import { findIpRule, type IpRuleView, listIpRules, type RuleAction, type RuleList } from "@/db/ip-rules";
import { explain } from "@/db/why";
import { readEnv, required } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { parseIp } from "@/lib/ip";
import { firstValues, type SearchParams } from "@/lib/request-filter";

/** What the query string of a list of rules asks for. */
export type Asked = { search: string; state: RuleState; cursor: string | null; rule: number | null };

export function readAsked(params: SearchParams): Asked {
  const { search, state, cursor, rule } = firstValues(params);
  const id = Number(rule);
  return {
    search: (search ?? "").trim().slice(0, 200),
    state: isRuleState(state) ? state : "active",
    cursor: cursor && /^\d{1,10}$/.test(cursor) ? cursor : null,
    rule: Number.isSafeInteger(id) && id > 0 && id < 2 ** 31 ? id : null,
  };
}

/** The address of a list of rules as it was asked for: where to come back to after signing in. */
export function rulesPath(action: RuleAction, params: SearchParams): string {
  const { search, state, rule } = readAsked(params);
  const { page } = RULE_WORDS[action];
  return rule === null ? rulesHref(page, search, state) : `${page}?rule=${rule}`;
}

/** The rules asked for: one by its number, or a page of those that fit. */
export async function readRules(action: RuleAction, asked: Asked): Promise<RuleList> {
  if (asked.rule !== null) {
    const rule = await findIpRule(database(), asked.rule);
    const rules = rule?.action === action ? [rule] : [];
    return { rules, nextCursor: null, total: rules.length };
  }
  const { search, state, cursor } = asked;
  const query = { action, search, state, cursor: cursor ?? undefined };
  return listIpRules(database(), query, required(readEnv(), "IP_HASH_KEY"));
}

export function shownRule(rule: IpRuleView): ShownRule {
  const { id, target, targetKind, network, label, reason, note, origin, createdBy, isActive } = rule;
  const times = { createdAt: rule.createdAt.getTime(), expiresAt: rule.expiresAt?.getTime() ?? null };
  return {
    id,
    action: rule.action,
    target,
    targetKind,
    network,
    label,
    reason,
    note,
    origin,
    createdBy,
    isActive,
    ...times,
  };
}

/** What the doors would answer an address that is searched for; null for any other text, or where nobody can tell. */
export async function whyOf(search: string): Promise<ShownWhy | null> {
  if (!parseIp(search)) return null;
  try {
    const { ip, verdict, rule, trace } = await explain(search);
    return { ip, verdict, rule, trace };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
