"use client";

import { createContext, type ReactNode, useContext, useState, useTransition } from "react";
import { toast } from "sonner";
import { BlockDialog } from "@/components/suspicious/block-dialog";
import { type Refusals, RefusedPanel } from "@/components/suspicious/refused-panel";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import {
  type SuspectOutcome,
  type SuspectVerb,
  useSuspectActions,
} from "@/components/suspicious/suspect-actions";
import {
  announceChange,
  blockWords,
  type ChangeWords,
  type SavedChange,
  verbWords,
} from "@/components/suspicious/suspect-toasts";
import { cautionsOf } from "@/components/suspicious/suspect-words";
import type { RuleDuration } from "@/lib/rule-duration";

/** How long a block in one click lasts. */
export const QUICK_DURATION: RuleDuration = "24h";

type Desk = {
  isPending: boolean;
  /** Blocks at once, or asks first where something speaks against it. */
  block: (suspect: ShownSuspect) => void;
  /** Asks for how long, and why. */
  askToBlock: (suspects: readonly ShownSuspect[]) => void;
  change: (verb: SuspectVerb, suspects: readonly ShownSuspect[]) => void;
};

const Context = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error("This button stands outside of Desk.");
  return desk;
}

/** Where cases are decided, one or many: does it, says what came of it, names who was refused, offers to undo. */
export function Desk({ onChanged, children }: { onChanged?: () => void; children: ReactNode }) {
  const actions = useSuspectActions();
  const [isPending, startTransition] = useTransition();
  const [asked, setAsked] = useState<readonly ShownSuspect[]>([]);
  const [refusals, setRefusals] = useState<Refusals | null>(null);

  const settle = (outcome: SavedChange, suspects: readonly ShownSuspect[], words: ChangeWords) => {
    const { changed, refused } = outcome;
    setRefusals(refused.length > 0 ? { words: words.refused, asked: suspects.length, refused } : null);
    if (changed.length === 0) return;
    announceChange(outcome, suspects, words, actions);
    onChanged?.();
  };
  const perform = (
    suspects: readonly ShownSuspect[],
    words: ChangeWords,
    ask: () => Promise<SuspectOutcome>,
  ) =>
    startTransition(async () => {
      const outcome = await ask();
      if (outcome.ok) settle(outcome, suspects, words);
      else toast.error(outcome.message);
    });

  const desk: Desk = {
    isPending,
    block(suspect) {
      if (cautionsOf([suspect]).length > 0) return setAsked([suspect]);
      const form = new FormData();
      form.set("ids", String(suspect.id));
      form.set("duration", QUICK_DURATION);
      form.set("reason", "");
      perform([suspect], blockWords(QUICK_DURATION), () => actions.block(form));
    },
    askToBlock: setAsked,
    change(verb, suspects) {
      const ids = suspects.map(({ id }) => id);
      perform(suspects, verbWords(verb), () => actions.change(verb, ids));
    },
  };
  return (
    <Context value={desk}>
      {refusals && <RefusedPanel refusals={refusals} onDismiss={() => setRefusals(null)} />}
      {children}
      <BlockDialog suspects={asked} onClose={() => setAsked([])} onSaved={settle} />
    </Context>
  );
}
