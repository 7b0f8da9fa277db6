import { RULE_WORDS } from "@/components/rules/rule-words";
import { Link } from "@/components/ui/link";
import { reasonText, VerdictBadge } from "@/components/ui/verdict";
import type { IpRuleView } from "@/db/ip-rules";
import type { Trace, Verdict } from "@/lib/guard/verdict";

export type ShownWhy = {
  ip: string;
  verdict: Verdict;
  rule: Pick<IpRuleView, "id" | "action" | "label" | "reason"> | null;
  trace: Trace;
};

/** What the doors would answer this address now, and why. */
export function WhyLine({ why }: { why: ShownWhy }) {
  const { ip, verdict, rule, trace } = why;
  return (
    <div className="border-b border-line px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span>
          <span className="font-mono text-xs">{ip}</span> would be
        </span>
        <VerdictBadge verdict={verdict.action} />
        <span className="text-muted">
          now, by{" "}
          {rule ? (
            <Link
              href={`${RULE_WORDS[rule.action].page}?rule=${rule.id}`}
              className="text-ink underline underline-offset-2"
            >
              the {rule.action} rule on {rule.label}
            </Link>
          ) : (
            reasonText(verdict.reason, null)
          )}
          {rule?.reason && ` (${rule.reason})`}
        </span>
      </p>
      <details className="mt-1 text-xs text-muted">
        <summary className="hover:text-ink">Why?</summary>
        <ol className="mt-1 flex list-inside list-decimal flex-col gap-1">
          {trace.map((step) => (
            <li key={step.stage} className={step.answered ? "font-medium text-ink" : undefined}>
              {step.note}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
