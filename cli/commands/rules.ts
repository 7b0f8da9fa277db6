import { type Command, Option } from "commander";
import { withGatehouse } from "@/cli/environment";
import { wholeNumber } from "@/cli/option-values";
import { type Column, formatTable } from "@/cli/table";
import type { Database } from "@/db/client";
import type { IpRuleView, RuleAction } from "@/db/ip-rules";
import { formatCount, formatRelative } from "@/lib/format";

type RulesOptions = { all?: boolean; search?: string; action?: RuleAction; limit: number; json?: boolean };

export function registerRules(program: Command): void {
  program
    .command("rules")
    .description("list the rules in force, newest first")
    .option("--all", "ended and expired ones too")
    .option("--search <text>", "those about an address, within a range, or with these words")
    .addOption(new Option("--action <action>", "only these").choices(["block", "allow"]))
    .option("--limit <n>", "at most so many of each action", wholeNumber, 200)
    .option("--json", "as JSON, with everything that is known")
    .action(listRules);
}

async function listRules(options: RulesOptions): Promise<void> {
  const actions: RuleAction[] = options.action ? [options.action] : ["allow", "block"];
  await withGatehouse(async (db) => {
    const lists = await Promise.all(actions.map((action) => readRules(db, action, options)));
    const rules = lists.flatMap((list) => list.rules);
    const total = lists.reduce((sum, list) => sum + list.total, 0);
    if (options.json) console.log(JSON.stringify(rules, null, 2));
    else if (rules.length > 0) {
      const width = process.stdout.isTTY ? process.stdout.columns : null;
      console.log(formatTable(columnsAt(new Date()), rules, width).join("\n"));
    } else console.log(options.search ? "No rule fits." : "There are no rules.");
    if (total > rules.length) {
      console.error(`${formatCount(rules.length)} of ${formatCount(total)} rules; --limit shows more.`);
    }
  });
}

async function readRules(
  db: Database,
  action: RuleAction,
  { all, search, limit }: RulesOptions,
): Promise<{ rules: IpRuleView[]; total: number }> {
  const [{ listIpRules }, { readEnv, required }] = await Promise.all([
    import("@/db/ip-rules"),
    import("@/lib/env"),
  ]);
  const hashKey = required(readEnv(), "IP_HASH_KEY");
  const rules: IpRuleView[] = [];
  let cursor: string | undefined;
  for (;;) {
    const query = {
      action,
      search,
      state: all ? "all" : "active",
      limit: limit - rules.length,
      cursor,
    } as const;
    const page = await listIpRules(db, query, hashKey);
    rules.push(...page.rules);
    if (!page.nextCursor || rules.length >= limit) return { rules, total: page.total };
    cursor = page.nextCursor;
  }
}

function columnsAt(now: Date): Column<IpRuleView>[] {
  const ends = (rule: IpRuleView) => {
    if (!rule.isActive) return "ended";
    if (!rule.expiresAt) return "never";
    return rule.expiresAt <= now ? "expired" : formatRelative(rule.expiresAt, now);
  };
  return [
    { head: "RULE", of: (rule) => String(rule.id), align: "right" },
    { head: "ACTION", of: (rule) => rule.action },
    { head: "TARGET", of: (rule) => rule.label },
    { head: "ENDS", of: ends },
    { head: "MADE", of: (rule) => formatRelative(rule.createdAt, now) },
    {
      head: "BY",
      of: (rule) =>
        rule.createdBy.startsWith(`${rule.origin}:`) ? rule.createdBy : `${rule.createdBy} (${rule.origin})`,
    },
    { head: "REASON", of: (rule) => rule.reason, gives: true },
  ];
}
