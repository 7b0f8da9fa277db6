import type { RuleOutcome } from "@/components/rules/rule-actions";
import { AppError } from "@/lib/errors";

/** The outcome of an action; anything but an expected error stays an error. */
export async function outcomeOf(act: () => Promise<RuleOutcome>): Promise<RuleOutcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message, mayForce: error.code === "protected" };
  }
}
