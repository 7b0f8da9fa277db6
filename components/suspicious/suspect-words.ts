import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import type { SuspectVerb } from "@/components/suspicious/suspect-actions";
import type { SuspiciousStatus } from "@/db/schema";
import { formatCount, formatPlural } from "@/lib/format";

type VerbWords = {
  verb: string;
  done: string;
  refused: string;
  note: string;
  from: readonly SuspiciousStatus[];
};

/** What can be done with a case beside blocking it, and from which status. */
export const VERB_WORDS: Record<SuspectVerb, VerbWords> = {
  ignore: {
    verb: "Ignore",
    done: "Ignored",
    refused: "not ignored",
    note: "Left alone from now on, whatever it does.",
    from: ["open", "resolved"],
  },
  resolve: {
    verb: "Resolve",
    done: "Resolved",
    refused: "not resolved",
    note: "Closed. If it comes back, it opens again.",
    from: ["open", "ignored"],
  },
  reopen: {
    verb: "Reopen",
    done: "Opened again",
    refused: "not opened again",
    note: "Back among those that need a decision.",
    from: ["ignored", "resolved"],
  },
  unblock: {
    verb: "Unblock",
    done: "Unblocked",
    refused: "not unblocked",
    note: "Let in again at every door within 2 seconds. If it comes back, its case opens again.",
    from: ["blocked"],
  },
};

export const VERBS = Object.keys(VERB_WORDS) as SuspectVerb[];

/** Those whose status the verb can be used on. */
export function fitting(verb: SuspectVerb, suspects: readonly ShownSuspect[]): ShownSuspect[] {
  return suspects.filter(({ status }) => VERB_WORDS[verb].from.includes(status));
}

/** `203.0.113.0/24 · 7f3a9c`, or `12 addresses`. */
export function subjectOf(suspects: readonly Pick<ShownSuspect, "label">[]): string {
  const [first, ...others] = suspects;
  return first && others.length === 0 ? first.label : `${formatCount(suspects.length)} addresses`;
}

/** What speaks against blocking without a second look. */
export function cautionsOf(suspects: readonly ShownSuspect[]): string[] {
  return suspects.flatMap(({ label, followUp, followUpNote, range }) => {
    const cautions: string[] = [];
    if (followUp === "guarded" && followUpNote)
      cautions.push(`${label}: detection spares it. ${followUpNote}`);
    if (range && range.cleanVisitors > 0)
      cautions.push(
        `${label}: ${formatPlural(range.cleanVisitors, "clean visitor")} came from there in 30 days.`,
      );
    return cautions;
  });
}
