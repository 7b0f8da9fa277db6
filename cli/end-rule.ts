import { commandActor } from "@/cli/actor";
import { withGatehouse } from "@/cli/environment";
import { nameTarget, sayWhatStandsAgainst } from "@/cli/rule-words";
import type { RuleAction } from "@/db/ip-rules";

/** Ends the rule of this action on a target and says so, and which other rule still holds an unblocked address. */
export async function endFromCommand(action: RuleAction, typed: string): Promise<void> {
  await withGatehouse(async () => {
    const { endRuleOn } = await import("@/db/enforcement");
    try {
      const { rule } = await endRuleOn(typed, action, commandActor());
      const target = nameTarget(typed, rule.label);
      const done = action === "block" ? `Unblocked ${target}` : `${target} is no longer on the allow list`;
      console.log(`${done} (rule ${rule.id}).`);
    } finally {
      if (action === "block") await sayWhatStandsAgainst(typed, "allow");
    }
  });
}
