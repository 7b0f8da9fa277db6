import { Plus, SearchX, ShieldBan, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { ruleActions } from "@/app/(dashboard)/rule-action-set";
import { Streamed } from "@/app/(dashboard)/streamed";
import { requireUser } from "@/app/session";
import { RuleActionsProvider } from "@/components/rules/rule-actions";
import { RuleDialog } from "@/components/rules/rule-dialog";
import { isRuleState, RuleSearch, type RuleState, rulesHref } from "@/components/rules/rule-search";
import { RuleTable, type ShownRule } from "@/components/rules/rule-table";
import { RULE_WORDS } from "@/components/rules/rule-words";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHead } from "@/components/ui/page-head";
import { Pager } from "@/components/ui/pager";
import { TableSkeleton } from "@/components/ui/table-skeleton";
import { database } from "@/db/client";
import { findIpRule, type IpRuleView, listIpRules, type RuleAction, type RuleList } from "@/db/ip-rules";
import { readEnv, required } from "@/lib/env";
import { formatPlural } from "@/lib/format";
import { firstValues, type SearchParams } from "@/lib/request-filter";

const TEXTS = {
  block: {
    title: "Blocked IPs",
    note: "Whoever stands here is answered “403 Access denied” at every door.",
    icon: ShieldBan,
    emptyTitle: "Nobody is blocked",
    empty: "Block an address or a range here, on the page of requests, or on the command line:",
    command: 'npm run gatehouse -- block 203.0.113.7 --reason "Suspicious activity" --for 24h',
  },
  allow: {
    title: "Allowed IPs",
    note: "Whoever stands here passes every door: an allow rule wins over each block and limit.",
    icon: ShieldCheck,
    emptyTitle: "Nobody is on the allow list",
    empty: "Put the addresses here that must never be locked out, such as your own, or on the command line:",
    command: 'npm run gatehouse -- allow 203.0.113.7 --reason "Office"',
  },
} as const;

type Asked = { search: string; state: RuleState; cursor: string | null; rule: number | null };

function readAsked(params: SearchParams): Asked {
  const { search, state, cursor, rule } = firstValues(params);
  const id = Number(rule);
  return {
    search: (search ?? "").trim().slice(0, 200),
    state: isRuleState(state) ? state : "active",
    cursor: cursor && /^\d{1,10}$/.test(cursor) ? cursor : null,
    rule: Number.isSafeInteger(id) && id > 0 && id < 2 ** 31 ? id : null,
  };
}

/** The page of one list of rules; both lists are this page. */
export async function RulesPage({ action, params }: { action: RuleAction; params: SearchParams }) {
  const asked = readAsked(params);
  const { page, verb } = RULE_WORDS[action];
  const user = await requireUser(rulesHref(page, asked.search, asked.state));
  const canChange = user.role === "admin";
  const add = (
    <Button look="primary">
      <Plus className="size-4" aria-hidden="true" />
      {verb} an address
    </Button>
  );
  return (
    <RuleActionsProvider actions={ruleActions}>
      <PageHead
        title={TEXTS[action].title}
        note={TEXTS[action].note}
        action={canChange && <RuleDialog action={action} visitor={null} trigger={add} />}
      />
      <div className="rounded-card border border-line bg-surface">
        <RuleSearch page={page} search={asked.search} state={asked.state} />
        <Streamed fallback={<TableSkeleton rows={8} />}>
          <Rules action={action} asked={asked} />
        </Streamed>
      </div>
    </RuleActionsProvider>
  );
}

async function Rules({ action, asked }: { action: RuleAction; asked: Asked }) {
  const user = await requireUser();
  const now = Date.now();
  const { rules, nextCursor, total } = await readRules(action, asked);
  const { page } = RULE_WORDS[action];
  if (rules.length === 0) return <NoRules action={action} asked={asked} />;
  const older = nextCursor && rulesHref(page, asked.search, asked.state, nextCursor);
  return (
    <>
      <RuleTable rules={rules.map(shownRule)} now={now} canChange={user.role === "admin"} />
      <p className="border-t border-line px-4 py-2.5 text-xs text-faint">{formatPlural(total, "rule")}</p>
      <Pager newer={asked.cursor && rulesHref(page, asked.search, asked.state)} older={older} />
    </>
  );
}

async function readRules(action: RuleAction, asked: Asked): Promise<RuleList> {
  if (asked.rule !== null) {
    const rule = await findIpRule(database(), asked.rule);
    const rules = rule?.action === action ? [rule] : [];
    return { rules, nextCursor: null, total: rules.length };
  }
  const { search, state, cursor } = asked;
  const query = { action, search, state, cursor: cursor ?? undefined };
  return listIpRules(database(), query, required(readEnv(), "IP_HASH_KEY"));
}

function shownRule(rule: IpRuleView): ShownRule {
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

function NoRules({ action, asked }: { action: RuleAction; asked: Asked }) {
  const { icon, emptyTitle, empty, command } = TEXTS[action];
  const { page } = RULE_WORDS[action];
  if (asked.search || asked.rule !== null || asked.state !== "active") {
    return (
      <EmptyState
        icon={SearchX}
        title={asked.search ? `No rule for “${asked.search}” here` : "No such rule"}
        action={
          <Link href={page} className={buttonClass()}>
            Show all that are active
          </Link>
        }
      >
        An address is found in ranges that hold it as well. Rules that were lifted or have expired stand under
        “Ended”.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title={emptyTitle} command={command}>
      {empty}
    </EmptyState>
  );
}
