import type { RuleOutcome } from "@/components/rules/rule-actions";
import { AppError } from "@/lib/errors";

// What the command line says; the page has a box for it.
const FORCE_HINT = /,? ?(or )?use --force( if you mean it)?\.?/i;

/** The outcome of an action; anything but an expected error stays an error. */
export async function outcomeOf(act: () => Promise<RuleOutcome>): Promise<RuleOutcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const mayForce = FORCE_HINT.test(error.message);
    const message = error.message.replace(FORCE_HINT, "").trim();
    return { ok: false, message: /[.!?]$/.test(message) ? message : `${message}.`, mayForce };
  }
}
