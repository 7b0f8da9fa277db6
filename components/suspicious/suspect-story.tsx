"use client";

import { CaseFacts } from "@/components/suspicious/case-facts";
import { SampleList } from "@/components/suspicious/sample-list";
import { ScoreBar, scoreSentence } from "@/components/suspicious/score";
import type { ShownFinding, ShownSuspect } from "@/components/suspicious/shown-suspect";
import { countWords } from "@/components/suspicious/words";
import { Time } from "@/components/ui/time";
import { formatCount } from "@/lib/format";

/** Everything that is known of a case: what was found and by which numbers, in what requests, and what followed. */
export function SuspectStory({
  suspect,
  now,
  canChange,
}: {
  suspect: ShownSuspect;
  now: number;
  canChange: boolean;
}) {
  const { findings, samples, window, score } = suspect;
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-5 pt-1 xl:grid-cols-12">
      <div className="flex min-w-0 flex-col gap-5 xl:col-span-8">
        <section aria-label="Evidence">
          <h3 className="mb-2 text-xs font-medium text-muted">
            Evidence, from <Time at={window.from} /> to <Time at={window.to} />
          </h3>
          <ol className="flex flex-col gap-3">
            {findings.map((finding) => (
              <Finding key={finding.id} finding={finding} />
            ))}
          </ol>
          <p className="mt-3 text-xs text-pretty text-faint">{scoreSentence(findings.length, score)}</p>
        </section>
        {samples.length > 0 && <SampleList samples={samples} />}
      </div>
      <div className="min-w-0 xl:col-span-4">
        <CaseFacts suspect={suspect} now={now} canChange={canChange} />
      </div>
    </div>
  );
}

function Finding({ finding }: { finding: ShownFinding }) {
  const { title, description, sentence, score, measures } = finding;
  return (
    <li className="grid grid-cols-[3rem_minmax(0,1fr)] gap-x-3">
      <span className="flex flex-col gap-1 pt-0.5" title={`${score} of 100 by this rule alone`}>
        <span className="leading-4 font-medium text-suspicious">
          {score}
          <span className="sr-only"> of 100</span>
        </span>
        <ScoreBar score={score} className="block h-1 w-full" />
      </span>
      <div className="min-w-0">
        <p className="text-pretty break-words">
          <span className="mr-1.5 font-medium" title={description}>
            {title}.
          </span>
          {sentence}
        </p>
        <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
          {measures.map(({ name, value, limit }) => (
            <li key={name}>
              <span className="font-medium text-ink">{formatCount(value)}</span> {countWords(name, value)}
              {limit !== null && <span className="text-faint"> (limit {formatCount(limit)})</span>}
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
