import { rateLimiter } from "@/app/door-visit";
import { requireUser } from "@/app/session";
import type { AccountOutcome } from "@/components/account/account-actions";
import type { Own } from "@/db/account";
import { database } from "@/db/client";
import { AppError } from "@/lib/errors";

/** The signed-in user with what the verbs on the own account work with. */
export async function requireOwn(): Promise<Own> {
  return { db: database(), limiter: rateLimiter(), user: await requireUser("/account") };
}

/** What an action answers; anything but an expected error stays an error. */
export async function outcomeOf<T>(act: () => Promise<T>): Promise<AccountOutcome<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message };
  }
}
