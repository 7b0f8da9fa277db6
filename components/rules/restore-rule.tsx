"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import { useRuleActions } from "@/components/rules/rule-actions";
import type { ShownRule } from "@/components/rules/rule-table";
import { RULE_WORDS } from "@/components/rules/rule-words";
import { Button } from "@/components/ui/button";

/** Puts a rule that was lifted in force again, as it was. */
export function RestoreRule({ rule }: { rule: ShownRule }) {
  const actions = useRuleActions();
  const [isPending, startTransition] = useTransition();
  const { verb, done } = RULE_WORDS[rule.action];
  const restore = () =>
    startTransition(async () => {
      const outcome = await actions.restore(rule.id);
      if (outcome.ok) toast(`${done} ${outcome.label} again`);
      else toast.error(outcome.message);
    });
  return (
    <Button
      size="small"
      look="bare"
      disabled={isPending}
      onClick={restore}
      aria-label={`${verb} again: ${rule.label}`}
    >
      {verb} again
    </Button>
  );
}
