"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { MouseEvent } from "react";
import { ReasonBadges } from "@/components/suspicious/reason-badges";
import { RowActions } from "@/components/suspicious/row-actions";
import { Score } from "@/components/suspicious/score";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { SuspectStatus } from "@/components/suspicious/suspect-status";
import { SuspectStory } from "@/components/suspicious/suspect-story";
import { caseHref } from "@/components/suspicious/suspicious-href";
import { TargetCell } from "@/components/suspicious/target-cell";
import { Link } from "@/components/ui/link";

type Props = {
  suspect: ShownSuspect;
  now: number;
  canChange: boolean;
  isChosen: boolean;
  isOpen: boolean;
  onChoose: (isChosen: boolean) => void;
  onToggle: () => void;
};

/** One case: who, how bad, why, where it stands, since when, and what can be done; beneath it, when asked, all of it. */
export function SuspectRow({ suspect, now, canChange, isChosen, isOpen, onChoose, onToggle }: Props) {
  const cell = "lg:px-3 lg:py-2.5 lg:align-top lg:first:pl-4 lg:last:pr-4";
  const { id, label, status } = suspect;
  const isDecided = status === "ignored" || status === "resolved";
  return (
    <>
      <tr
        className={clsx(
          "hover:bg-sunken/60",
          isChosen && "bg-suspicious-soft/50",
          isDecided && "text-muted",
          !isOpen && "lg:border-b lg:border-line lg:last:border-0",
        )}
      >
        {canChange && (
          <td className={clsx(cell, "max-lg:order-2 max-lg:justify-self-end lg:w-8 lg:pr-0")}>
            <input
              type="checkbox"
              checked={isChosen}
              onChange={(event) => onChoose(event.target.checked)}
              aria-label={`Choose ${label}`}
              className="mt-0.5 block size-4 accent-suspicious max-lg:size-5"
            />
          </td>
        )}
        <td className={clsx(cell, "max-lg:order-3 max-lg:col-span-2 lg:w-24")}>
          <Score suspect={suspect} />
        </td>
        <td className={clsx(cell, "max-lg:order-1", !canChange && "max-lg:col-span-2")}>
          <TargetCell suspect={suspect} />
        </td>
        <td className={clsx(cell, "max-lg:order-5 max-lg:col-span-2 lg:w-full lg:max-w-0")}>
          <Why suspect={suspect} isOpen={isOpen} onToggle={onToggle} />
        </td>
        <td className={clsx(cell, "max-lg:order-6 max-lg:col-span-2 lg:min-w-48")}>
          <SuspectStatus suspect={suspect} now={now} />
        </td>
        {canChange && (
          <td
            className={clsx(
              cell,
              "text-right whitespace-nowrap max-lg:order-7 max-lg:col-span-2 max-lg:mt-1",
            )}
          >
            <RowActions suspect={suspect} />
          </td>
        )}
      </tr>
      {isOpen && (
        <tr
          id={`case-${id}`}
          className="bg-sunken/40 lg:border-b lg:border-line lg:last:border-0 max-lg:border-t-0!"
        >
          <td colSpan={canChange ? 6 : 4} className="max-lg:col-span-2 lg:px-4 lg:pt-1 lg:pb-5">
            <SuspectStory suspect={suspect} now={now} canChange={canChange} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The strongest evidence in one sentence, and the names of all reasons. Opens the whole story; by itself it is a link to it. */
function Why({ suspect, isOpen, onToggle }: Pick<Props, "suspect" | "isOpen" | "onToggle">) {
  const { id, findings, reasons, label } = suspect;
  const toggle = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onToggle();
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Link
        href={caseHref(id)}
        onClick={toggle}
        aria-expanded={isOpen}
        aria-controls={isOpen ? `case-${id}` : undefined}
        title={isOpen ? "Less" : `All the evidence against ${label}`}
        className="group/why flex items-start gap-1.5 rounded"
      >
        <ChevronDown
          aria-hidden="true"
          className={clsx(
            "mt-0.5 size-4 shrink-0 text-faint transition-transform group-hover/why:text-ink",
            !isOpen && "-rotate-90",
          )}
        />
        <span className="line-clamp-2 min-w-0 text-pretty break-words">{findings[0]?.sentence}</span>
      </Link>
      <div className="pl-5.5">
        <ReasonBadges reasons={reasons} />
      </div>
    </div>
  );
}
