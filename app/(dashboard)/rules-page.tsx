import { Plus, SearchX, ShieldBan, ShieldCheck } from "lucide-react";
import { ruleActions } from "@/app/(dashboard)/rule-action-set";
import { type Asked, readAsked, readRules, rulesPath, shownRule, whyOf } from "@/app/(dashboard)/rules-query";
import { Streamed } from "@/app/(dashboard)/streamed";
import { requireUser } from "@/app/session";
import { RuleActionsProvider } from "@/components/rules/rule-actions";
import { RuleDialog } from "@/components/rules/rule-dialog";
import { RuleSearch, rulesHref } from "@/components/rules/rule-search";
import { RuleTable } from "@/components/rules/rule-table";
import { RULE_WORDS } from "@/components/rules/rule-words";
import { WhyLine } from "@/components/rules/why-line";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { PageHead } from "@/components/ui/page-head";
import { Pager } from "@/components/ui/pager";
import { TableSkeleton } from "@/components/ui/table-skeleton";
import type { RuleAction } from "@/db/ip-rules";
import { formatPlural } from "@/lib/format";
import type { SearchParams } from "@/lib/request-filter";

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

/** The page of one list of rules; both lists are this page. */
export async function RulesPage({ action, params }: { action: RuleAction; params: SearchParams }) {
  const asked = readAsked(params);
  const { page, verb } = RULE_WORDS[action];
  const user = await requireUser(rulesPath(action, params));
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
  const [{ rules, nextCursor, total }, why] = await Promise.all([
    readRules(action, asked),
    whyOf(asked.search),
  ]);
  const { page } = RULE_WORDS[action];
  const older = nextCursor && rulesHref(page, asked.search, asked.state, nextCursor);
  return (
    <>
      {why && <WhyLine why={why} />}
      {rules.length === 0 ? (
        <NoRules action={action} asked={asked} />
      ) : (
        <>
          <RuleTable rules={rules.map(shownRule)} now={now} canChange={user.role === "admin"} />
          <p className="border-t border-line px-4 py-2.5 text-xs text-faint">{formatPlural(total, "rule")}</p>
          <Pager newer={asked.cursor && rulesHref(page, asked.search, asked.state)} older={older} />
        </>
      )}
    </>
  );
}

function NoRules({ action, asked }: { action: RuleAction; asked: Asked }) {
  const { icon, emptyTitle, empty, command } = TEXTS[action];
  const { page } = RULE_WORDS[action];
  if (asked.search || asked.rule !== null || asked.state !== "active") {
    return (
      <EmptyState
        icon={SearchX}
        title={titleOf(asked)}
        action={
          <Link href={page} className={buttonClass()}>
            Show all that are active
          </Link>
        }
      >
        {asked.rule === null
          ? "An address is found in ranges that hold it as well. Rules that were lifted or have expired stand under “Ended”."
          : "Rules that have ended are deleted together with the hourly counts of their time, those that detection made sooner where they are very many. Requests keep the number of their rule."}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title={emptyTitle} command={command}>
      {empty}
    </EmptyState>
  );
}

function titleOf({ search, rule }: Asked): string {
  if (search) return `No rule for “${search}” here`;
  return rule === null ? "No such rule" : `There is no rule ${rule} here`;
}
