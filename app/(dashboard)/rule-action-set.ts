import {
  amendRuleAction,
  countNeighboursAction,
  endRuleAction,
  restoreRuleAction,
  saveRuleAction,
} from "@/app/(dashboard)/rule-actions";
import type { RuleActions } from "@/components/rules/rule-actions";

/** The server actions that the buttons about rules call. */
export const ruleActions: RuleActions = {
  save: saveRuleAction,
  amend: amendRuleAction,
  end: endRuleAction,
  restore: restoreRuleAction,
  countNeighbours: countNeighboursAction,
};
