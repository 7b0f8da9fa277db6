"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import { useRuleActions } from "@/components/rules/rule-actions";
import type { ShownRule } from "@/components/rules/rule-table";
import { announceEnded } from "@/components/rules/rule-toasts";
import { RULE_WORDS } from "@/components/rules/rule-words";
import { Button } from "@/components/ui/button";

/** Lifts a rule at once: there is no question before, but an undo after. */
export function EndRule({ rule }: { rule: ShownRule }) {
  const actions = useRuleActions();
  const [isPending, startTransition] = useTransition();
  const { end } = RULE_WORDS[rule.action];
  const lift = () =>
    startTransition(async () => {
      const outcome = await actions.end(rule.id);
      if (outcome.ok) announceEnded(rule.action, outcome, actions);
      else toast.error(outcome.message);
    });
  return (
    <Button size="small" disabled={isPending} onClick={lift} aria-label={`${end} ${rule.label}`}>
      {end}
    </Button>
  );
}
