import { toast } from "sonner";
import type { RuleActions, RuleOutcome } from "@/components/rules/rule-actions";
import { RULE_WORDS } from "@/components/rules/rule-words";
import type { RuleAction } from "@/db/ip-rules";

type Saved = Extract<RuleOutcome, { ok: true }>;

function inForce(outcome: Saved): string {
  return outcome.isPublished
    ? "In force at every door within 2 seconds."
    : "Saved. It is in force as soon as the edge store answers again.";
}

function undo(ask: () => Promise<RuleOutcome>, undone: string) {
  return {
    label: "Undo",
    onClick: async () => {
      const outcome = await ask();
      if (outcome.ok) toast(undone, { description: inForce(outcome), duration: 4000 });
      else toast.error(outcome.message);
    },
  };
}

/** Says that a rule is made, and offers to take it back. A rule that was there before is not ended by that. */
export function announceSaved(action: RuleAction, outcome: Saved, actions: RuleActions): void {
  const { done } = RULE_WORDS[action];
  if (outcome.outcome === "updated") {
    toast(`${outcome.label} was on the list already`, { description: "Its reason and end are changed." });
    return;
  }
  toast(`${done} ${outcome.label}`, {
    description: inForce(outcome),
    action: undo(() => actions.end(outcome.ruleId), `${outcome.label} is as it was`),
  });
}

/** Says that a rule has ended, and offers to take that back. */
export function announceEnded(action: RuleAction, outcome: Saved, actions: RuleActions): void {
  toast(`${RULE_WORDS[action].ended} ${outcome.label}`, {
    description: inForce(outcome),
    action: undo(() => actions.restore(outcome.ruleId), `${RULE_WORDS[action].done} ${outcome.label} again`),
  });
}
