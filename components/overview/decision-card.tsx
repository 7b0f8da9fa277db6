import { ArrowRight } from "lucide-react";
import { ScoreFigure } from "@/components/suspicious/score";
import { caseHref, suspiciousHref } from "@/components/suspicious/suspicious-href";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { RelativeTime } from "@/components/ui/time";
import type { Overview } from "@/db/overview";
import { formatCount } from "@/lib/format";

/** The worst of those that wait for a decision: who, why, and the way to the whole case. */
export function DecisionCard({ overview }: { overview: Overview }) {
  const { openSuspects, worstSuspects, to } = overview;
  const all = (
    <Link href={suspiciousHref({ state: "open" })} className={buttonClass("bare", "small")}>
      {openSuspects > worstSuspects.length ? `All ${formatCount(openSuspects)}` : "Decide"}
      <ArrowRight className="size-3.5" aria-hidden="true" />
    </Link>
  );
  return (
    <Card title="Needs a decision" aside={all} flush>
      <ol>
        {worstSuspects.map(({ id, label, score, lastDetected, details }) => (
          <li key={id}>
            <Link
              href={caseHref(id)}
              className="grid grid-cols-[4.5rem_15rem_minmax(0,1fr)_auto] items-center gap-x-4 border-t border-line px-4 py-2 hover:bg-sunken max-lg:grid-cols-[4.5rem_minmax(0,1fr)] max-lg:gap-y-1"
            >
              <ScoreFigure score={score} />
              <span className="truncate font-mono text-xs">{label}</span>
              <span className="truncate max-lg:col-span-2 max-lg:line-clamp-2 max-lg:whitespace-normal">
                {strongest(details.findings)?.sentence}
              </span>
              <span className="text-right text-xs text-faint max-lg:hidden">
                <RelativeTime at={lastDetected} now={to.getTime()} />
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function strongest<Finding extends { score: number }>(findings: readonly Finding[]): Finding | undefined {
  return findings.reduce<Finding | undefined>(
    (best, one) => (best && best.score >= one.score ? best : one),
    undefined,
  );
}
