"use client";

import { ModeChoice } from "@/components/settings/mode-choice";
import { PathsField } from "@/components/settings/paths-field";
import type { ShownRuleSetting } from "@/components/settings/shown-settings";
import { ThresholdField } from "@/components/settings/threshold-field";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format";

/** One rule: what it is, what it has found, what follows, and its numbers. */
export function RuleSetting({ rule }: { rule: ShownRuleSetting }) {
  return (
    <section
      aria-labelledby={`rule-${rule.id}`}
      className="border-t border-line px-4 py-3.5 first:border-t-0"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h3 id={`rule-${rule.id}`} className="flex flex-wrap items-baseline gap-x-2 font-medium">
            {rule.title}
            <span className="font-mono text-xs font-normal text-faint">{rule.id}</span>
          </h3>
          <p className="text-pretty text-muted">{rule.description}</p>
          <p className="mt-0.5 text-xs text-pretty text-faint">
            <Findings rule={rule} /> {rule.note}
          </p>
        </div>
        <ModeChoice rule={rule} />
      </div>
      {rule.thresholds.length > 0 && (
        <div className="mt-3 flex flex-col gap-2.5 rounded-md bg-sunken/60 px-3 py-2.5">
          {rule.thresholds.map((threshold) =>
            threshold.range ? (
              <ThresholdField key={threshold.name} threshold={threshold} />
            ) : (
              <PathsField key={threshold.name} threshold={threshold} />
            ),
          )}
        </div>
      )}
    </section>
  );
}

function Findings({ rule: { id, findings } }: { rule: ShownRuleSetting }) {
  const { found, blocked, wouldBlock, guarded } = findings;
  if (found === 0) return "Found nobody in 7 days.";
  const followed = [
    blocked > 0 && `${formatCount(blocked)} blocked`,
    wouldBlock > 0 && `would have blocked ${formatCount(wouldBlock)}`,
    guarded > 0 && `${formatCount(guarded)} protected from a block`,
  ].filter((part) => part !== false);
  return (
    <span className="text-muted">
      <Link href={`/suspicious?reason=${id}`} className="font-medium text-suspicious hover:underline">
        Found {formatCount(found)} in 7 days
      </Link>
      {followed.length > 0 && `: ${followed.join(", ")}`}.
    </span>
  );
}
