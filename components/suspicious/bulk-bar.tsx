"use client";

import { ShieldBan, X } from "lucide-react";
import { useDesk } from "@/components/suspicious/desk";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { fitting, VERB_WORDS, VERBS } from "@/components/suspicious/suspect-words";
import { Button } from "@/components/ui/button";
import { formatCount } from "@/lib/format";

/** What can be done with those that are chosen, all at once; in sight however far one scrolls. */
export function BulkBar({ chosen, onClear }: { chosen: readonly ShownSuspect[]; onClear: () => void }) {
  const desk = useDesk();
  if (chosen.length === 0) return null;
  const free = chosen.filter(({ status }) => status !== "blocked");
  const countOf = (some: readonly ShownSuspect[]) =>
    some.length === chosen.length ? "" : ` ${formatCount(some.length)}`;
  return (
    <section
      aria-label="With those that are chosen"
      className="appear sticky bottom-0 z-20 flex flex-wrap items-center gap-2 rounded-b-card border-t border-line bg-raised px-4 py-3 max-md:gap-1.5"
    >
      <p role="status" className="mr-2 font-medium">
        {formatCount(chosen.length)} chosen
      </p>
      {free.length > 0 && (
        <Button look="danger" disabled={desk.isPending} onClick={() => desk.askToBlock(free)}>
          <ShieldBan className="size-4" aria-hidden="true" />
          Block{countOf(free)} …
        </Button>
      )}
      {VERBS.map((verb) => {
        const some = fitting(verb, chosen);
        return (
          some.length > 0 && (
            <Button
              key={verb}
              disabled={desk.isPending}
              title={VERB_WORDS[verb].note}
              onClick={() => desk.change(verb, some)}
            >
              {VERB_WORDS[verb].verb}
              {countOf(some)}
            </Button>
          )
        );
      })}
      <Button look="bare" className="ml-auto" onClick={onClear}>
        <X className="size-4" aria-hidden="true" />
        Clear
      </Button>
    </section>
  );
}
