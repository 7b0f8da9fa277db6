import { toast } from "sonner";
import { DURATION_WORDS } from "@/components/rules/rule-words";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import type { SuspectActions, SuspectOutcome, SuspectVerb } from "@/components/suspicious/suspect-actions";
import { subjectOf, VERB_WORDS } from "@/components/suspicious/suspect-words";
import type { RuleDuration } from "@/lib/rule-duration";

export type SavedChange = Extract<SuspectOutcome, { ok: true }>;

/** How a change is spoken of when it is done. */
export type ChangeWords = {
  done: string;
  /** After the name of what was done: `for 24 h`. */
  after: string;
  /** What those are that were refused: `not blocked`. */
  refused: string;
  /** Whether rules changed, which the doors then hear of. */
  isRule: boolean;
  /** Whether to undo it ends blocks. */
  endBlocks: boolean;
};

export function blockWords(duration: RuleDuration | null): ChangeWords {
  const after = duration ? ` ${DURATION_WORDS[duration].after}` : "";
  return { done: "Blocked", after, refused: "not blocked", isRule: true, endBlocks: true };
}

export function verbWords(verb: SuspectVerb): ChangeWords {
  const { done, refused } = VERB_WORDS[verb];
  return { done, after: "", refused, isRule: verb === "unblock", endBlocks: false };
}

function inForce({ published }: SavedChange): string {
  return published
    ? "In force at every door within 2 seconds."
    : "Saved. It is in force as soon as the edge store answers again.";
}

/** Says what was changed, and offers to take it back. */
export function announceChange(
  outcome: SavedChange,
  suspects: readonly ShownSuspect[],
  words: ChangeWords,
  actions: SuspectActions,
): void {
  const { changed, undo } = outcome;
  const subject = subjectOf(suspects.filter(({ id }) => changed.includes(id)));
  const takeBack = async () => {
    const undone = await actions.undo(undo, words.endBlocks);
    const problem = undone.ok ? undone.refused[0]?.message : undone.message;
    if (problem) toast.error(problem);
    else toast(`${subject}: as before`, { duration: 4000 });
  };
  toast(`${words.done} ${subject}${words.after}`, {
    description: words.isRule ? inForce(outcome) : undefined,
    action: undo.length > 0 ? { label: "Undo", onClick: takeBack } : undefined,
  });
}
