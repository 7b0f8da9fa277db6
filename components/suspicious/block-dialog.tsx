"use client";

import { TriangleAlert } from "lucide-react";
import { type FormEvent, useState, useTransition } from "react";
import { Refusal, TargetChoice } from "@/components/rules/rule-dialog";
import { type ChosenDuration, DurationFields, ReasonFields } from "@/components/rules/rule-fields";
import { DURATION_WORDS, effectSentence } from "@/components/rules/rule-words";
import { type ShownSuspect, suspectSearch } from "@/components/suspicious/shown-suspect";
import { useSuspectActions } from "@/components/suspicious/suspect-actions";
import { blockWords, type ChangeWords, type SavedChange } from "@/components/suspicious/suspect-toasts";
import { cautionsOf, subjectOf } from "@/components/suspicious/suspect-words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatTime } from "@/lib/format";
import { endOf } from "@/lib/rule-duration";

type OnSaved = (outcome: SavedChange, suspects: readonly ShownSuspect[], words: ChangeWords) => void;
type Props = { suspects: readonly ShownSuspect[]; onClose: () => void; onSaved: OnSaved };

/** Blocks suspicious targets, one or many: for how long, why, and what will happen. Open while there are any. */
export function BlockDialog({ suspects, onClose, onSaved }: Props) {
  const subject = subjectOf(suspects);
  const isRange = suspects[0]?.targetKind === "range";
  const one = isRange ? "Block a network" : "Block a suspicious address";
  const title = suspects.length > 1 ? `Block ${subject}` : one;
  return (
    <Dialog
      title={title}
      description={suspects.length === 1 ? subject : undefined}
      isOpen={suspects.length > 0}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <BlockForm suspects={suspects} onClose={onClose} onSaved={onSaved} />
    </Dialog>
  );
}

function BlockForm({ suspects, onClose, onSaved }: Props) {
  const actions = useSuspectActions();
  const [isPending, startTransition] = useTransition();
  const [scope, setScope] = useState<"visitor" | "network">("visitor");
  const [duration, setDuration] = useState<ChosenDuration>("24h");
  const [refusal, setRefusal] = useState<{ message: string; mayForce: boolean } | null>(null);
  const [first, ...others] = suspects;
  const single = first && others.length === 0 && first.targetKind !== "range" ? first : null;
  const chosen = duration === "keep" || duration === "until" ? null : duration;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(async () => {
      const outcome = await actions.block(form);
      if (!outcome.ok) return setRefusal({ message: outcome.message, mayForce: false });
      const [refused] = outcome.refused;
      if (refused && outcome.changed.length === 0 && suspects.length === 1) return setRefusal(refused);
      onClose();
      onSaved(outcome, suspects, blockWords(chosen));
    });
  };

  const end = chosen ? endOf(chosen, new Date()) : undefined;
  const shown = single && scope === "network" ? single.network : subjectOf(suspects);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <input type="hidden" name="ids" value={suspects.map(({ id }) => id).join(",")} />
      <input type="hidden" name="scope" value={scope === "network" ? "network" : "target"} />
      {single && (
        <TargetChoice
          visitor={{
            target: suspectSearch(single),
            ipHash: single.target,
            network: single.network,
            handle: single.label,
          }}
          scope={scope}
          onChange={setScope}
        />
      )}
      <Cautions cautions={cautionsOf(suspects)} />
      <DurationFields value={duration} onChange={setDuration} />
      <ReasonFields action="block" reason={single ? reasonOf(single) : ""} note="" />
      <p className="text-xs text-pretty text-muted">
        {effectSentence(
          "block",
          shown,
          end === undefined ? "the time above" : end && formatTime(end, "minute"),
        )}
      </p>
      {refusal && <Refusal {...refusal} verb="Block" />}
      <div className="flex justify-end gap-2 max-md:flex-col-reverse">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="danger" disabled={isPending}>
          {isPending ? "Saving …" : `Block${chosen ? ` ${DURATION_WORDS[chosen].after}` : ""}`}
        </Button>
      </div>
    </form>
  );
}

const reasonOf = ({ reasons }: ShownSuspect): string =>
  `Suspicious: ${reasons.map(({ title }) => title).join(", ")}`;

const CAUTIONS_SHOWN = 4;

function Cautions({ cautions }: { cautions: readonly string[] }) {
  if (cautions.length === 0) return null;
  const more = cautions.length - CAUTIONS_SHOWN;
  return (
    <div className="flex gap-2 rounded-md bg-limited-soft px-3 py-2 text-xs text-limited">
      <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <ul className="flex min-w-0 flex-col gap-1 text-pretty">
        {cautions.slice(0, CAUTIONS_SHOWN).map((caution) => (
          <li key={caution}>{caution}</li>
        ))}
        {more > 0 && <li>and {more} more.</li>}
      </ul>
    </div>
  );
}
