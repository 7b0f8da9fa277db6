"use client";

import { ShieldBan } from "lucide-react";
import { useDesk } from "@/components/suspicious/desk";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { fitting, VERB_WORDS, VERBS } from "@/components/suspicious/suspect-words";
import { Button } from "@/components/ui/button";

/** Every decision about one case as a button of its own. */
export function CaseButtons({ suspect }: { suspect: ShownSuspect }) {
  const desk = useDesk();
  const isBlocked = suspect.status === "blocked";
  return (
    <div className="flex flex-wrap gap-1.5">
      <Button size="small" disabled={desk.isPending} onClick={() => desk.askToBlock([suspect])}>
        <ShieldBan className="size-3.5 text-blocked" aria-hidden="true" />
        {isBlocked ? "Change the block …" : "Block …"}
      </Button>
      {VERBS.filter((verb) => fitting(verb, [suspect]).length > 0).map((verb) => (
        <Button
          key={verb}
          size="small"
          disabled={desk.isPending}
          title={VERB_WORDS[verb].note}
          onClick={() => desk.change(verb, [suspect])}
        >
          {VERB_WORDS[verb].verb}
        </Button>
      ))}
    </div>
  );
}
