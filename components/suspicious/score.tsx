"use client";

import { Tooltip } from "radix-ui";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { scoreWord } from "@/components/suspicious/words";

/** A bar from 0 to 100. Drawn as SVG: its width needs no style attribute. */
export function ScoreBar({ score, className }: { score: number; className?: string }) {
  return (
    <svg aria-hidden="true" className={className} preserveAspectRatio="none">
      <title>Score</title>
      <rect width="100%" height="100%" rx="2" fill="var(--line)" />
      <rect width={`${score}%`} height="100%" rx="2" fill="var(--suspicious-fill)" />
    </svg>
  );
}

/** A score of 100 as a number, a word and a bar. */
export function ScoreFigure({ score }: { score: number }) {
  return (
    <span className="flex w-18 flex-col gap-1">
      <span className="flex items-baseline justify-between gap-1 leading-4">
        <span className="text-base font-semibold text-suspicious">{score}</span>
        <span className="text-[11px] text-muted">{scoreWord(score)}</span>
      </span>
      <ScoreBar score={score} className="block h-1 w-full" />
    </span>
  );
}

/** A score of 100 with what it is made of, on hover, focus and touch. */
export function Score({ suspect }: { suspect: Pick<ShownSuspect, "score" | "findings"> }) {
  const { score, findings } = suspect;
  return (
    <Tooltip.Provider delayDuration={150}>
      <Tooltip.Root>
        <Tooltip.Trigger
          type="button"
          className="block cursor-help rounded text-left"
          aria-label={`Score ${score} of 100, ${scoreWord(score).toLowerCase()}`}
        >
          <ScoreFigure score={score} />
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            side="bottom"
            align="start"
            sideOffset={6}
            collisionPadding={12}
            className="appear z-50 w-72 max-w-[calc(100vw-1.5rem)] rounded-card border border-line bg-raised p-3 text-xs shadow-sm"
          >
            <ScoreParts score={score} findings={findings} />
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

function ScoreParts({ score, findings }: Pick<ShownSuspect, "score" | "findings">) {
  return (
    <>
      <ul className="flex flex-col gap-1.5">
        {findings.map((part) => (
          <li key={part.id} className="grid grid-cols-[1fr_4rem_1.75rem] items-center gap-2">
            <span className="truncate">{part.title}</span>
            <ScoreBar score={part.score} className="block h-1.5 w-full" />
            <span className="text-right font-medium">{part.score}</span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-pretty text-muted">{scoreSentence(findings.length, score)}</p>
    </>
  );
}

/** How the score came about. */
export function scoreSentence(parts: number, score: number): string {
  if (parts < 2) return `One rule is ${score} % sure that harm is meant.`;
  const doubt = score >= 100 ? "less than 1 %" : `${100 - score} %`;
  return `Each part is how sure one rule is. Together they leave ${doubt} of doubt: ${score} of 100.`;
}
