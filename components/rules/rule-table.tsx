import { clsx } from "clsx";
import { Fingerprint, Globe, type LucideIcon, Network } from "lucide-react";
import { EditRule } from "@/components/rules/edit-rule";
import { EndRule } from "@/components/rules/end-rule";
import { RestoreRule } from "@/components/rules/restore-rule";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { RelativeTime, Time } from "@/components/ui/time";
import type { IpRuleView } from "@/db/ip-rules";
import { requestQuery } from "@/lib/request-filter";

/** A rule as a client component gets it: times in milliseconds since 1970. */
export type ShownRule = Pick<
  IpRuleView,
  | "id"
  | "action"
  | "target"
  | "targetKind"
  | "network"
  | "label"
  | "reason"
  | "note"
  | "origin"
  | "createdBy"
  | "isActive"
> & { createdAt: number; expiresAt: number | null };

const KINDS: Record<ShownRule["targetKind"], { icon: LucideIcon; word: string }> = {
  address: { icon: Globe, word: "One address" },
  range: { icon: Network, word: "A range" },
  hash: { icon: Fingerprint, word: "One visitor, kept as a hash" },
};

const ORIGINS: Record<string, string> = { manual: "by hand", cli: "on the command line", api: "by the API" };

function originText(origin: string): string {
  const [kind, name] = origin.split(":");
  return ORIGINS[origin] ?? (kind === "feed" ? `from the list ${name}` : `by detection: ${name}`);
}

/** Rules, with what can be done about each; a viewer gets no buttons. */
export function RuleTable({
  rules,
  now,
  canChange,
}: {
  rules: readonly ShownRule[];
  now: number;
  canChange: boolean;
}) {
  const head = "px-3 py-2 text-left text-xs font-medium text-muted first:pl-4 last:pr-4";
  return (
    <table className="card-table">
      <thead className="bg-surface lg:sticky lg:top-14 lg:z-10">
        <tr className="shadow-[inset_0_-1px_var(--line)]">
          <th className={head}>Target</th>
          <th className={head}>Reason</th>
          <th className={head}>Since</th>
          <th className={head}>Ends</th>
          {canChange && (
            <th className={head}>
              <span className="sr-only">Change</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <RuleRow key={rule.id} rule={rule} now={now} canChange={canChange} />
        ))}
      </tbody>
    </table>
  );
}

function RuleRow({ rule, now, canChange }: { rule: ShownRule; now: number; canChange: boolean }) {
  const cell = "lg:px-3 lg:py-1 lg:align-middle lg:first:pl-4 lg:last:pr-4 lg:leading-4";
  const isExpired = rule.expiresAt !== null && rule.expiresAt <= now;
  const isOver = isExpired || !rule.isActive;
  return (
    <tr
      className={clsx(
        "hover:bg-sunken/60 lg:border-b lg:border-line lg:last:border-0",
        isOver && "text-muted",
      )}
    >
      <td className={clsx(cell, "max-lg:col-span-2")}>
        <TargetCell rule={rule} />
      </td>
      <td className={clsx(cell, "max-lg:order-3 max-lg:col-span-2 lg:w-2/5")}>
        <p className="text-pretty">{rule.reason || <span className="text-faint">No reason given</span>}</p>
        {rule.note && <p className="text-xs text-pretty text-faint">{rule.note}</p>}
      </td>
      <td className={clsx(cell, "max-lg:order-5 max-lg:col-span-2 max-lg:text-xs")}>
        <p className="text-muted max-lg:inline">
          <Time at={rule.createdAt} />
        </p>
        <p className="text-xs text-faint max-lg:ml-1.5 max-lg:inline">
          {rule.createdBy}, {originText(rule.origin)}
        </p>
      </td>
      <td className={clsx(cell, "whitespace-nowrap max-lg:order-4 max-lg:self-center")}>
        <StateCell rule={rule} now={now} isOver={isOver} />
      </td>
      {canChange && (
        <td className={clsx(cell, "text-right whitespace-nowrap max-lg:order-4")}>
          {isOver ? (
            !isExpired && <RestoreRule rule={rule} />
          ) : (
            <span className="inline-flex gap-1.5">
              <EditRule rule={rule} />
              <EndRule rule={rule} />
            </span>
          )}
        </td>
      )}
    </tr>
  );
}

function TargetCell({ rule }: { rule: ShownRule }) {
  const { icon: Icon, word } = KINDS[rule.targetKind];
  return (
    <div className="group/target flex items-center gap-2">
      <span title={word} className="inline-flex text-faint">
        <Icon className="size-4" aria-hidden="true" />
        <span className="sr-only">{word}: </span>
      </span>
      <Link
        href={`/requests${requestQuery({ range: "30d", address: rule.target })}`}
        title="Show the requests of 30 days"
        className="font-mono text-xs whitespace-nowrap hover:underline"
      >
        {rule.label}
      </Link>
      <span className="opacity-0 transition-opacity group-focus-within/target:opacity-100 group-hover/target:opacity-100 max-lg:hidden">
        <CopyButton text={rule.label} label="Copy" />
      </span>
    </div>
  );
}

function StateCell({ rule, now, isOver }: { rule: ShownRule; now: number; isOver: boolean }) {
  const { expiresAt } = rule;
  if (expiresAt === null) return isOver ? "Lifted" : "For good";
  if (isOver && expiresAt > now) return "Lifted";
  return (
    <>
      <span className={isOver ? undefined : "lg:hidden"}>{isOver ? "Expired " : "Ends "}</span>
      <RelativeTime at={expiresAt} now={now} />
    </>
  );
}
