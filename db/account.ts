import type { Database } from "@/db/client";
import type { SessionUser } from "@/db/sessions";
import { proveUser } from "@/db/sign-in";
import {
  confirmTwoStep,
  endTwoStep,
  renewRecoveryCodes,
  startTwoStep,
  type TwoStepSecret,
} from "@/db/two-step";
import { setPassword } from "@/db/users";
import { AppError } from "@/lib/errors";
import { formatWait } from "@/lib/format";
import type { RateLimiter } from "@/lib/guard/rate-limit";

/** Who changes something of the own account, and what it is changed in. */
export type Own = { db: Database; limiter: RateLimiter; user: SessionUser };

/** Sets the own password, after the present one, and ends every other session of the user. */
export async function changeOwnPassword(own: Own, present: string, next: string): Promise<void> {
  await proveOwn(own, present);
  await setPassword(own.db, own.user.id, next, own.user.username, own.user.sessionId);
}

/** Makes the secret of two-step sign-in, after the password: who finds a browser open cannot lock its user out. */
export async function startOwnTwoStep(own: Own, password: string): Promise<TwoStepSecret> {
  await proveOwn(own, password);
  return startTwoStep(own.db, own.user);
}

/**
 * Turns two-step sign-in on by a first code, and answers the recovery codes.
 * @throws AppError `unavailable` after too many codes.
 */
export async function confirmOwnTwoStep({ db, limiter, user }: Own, code: string): Promise<string[]> {
  const count = await limiter.check("login-code", { kind: "key", key: `user:${user.id}` });
  if (count.outcome !== "within") throw tooMany(count.retryAfterSeconds);
  return confirmTwoStep(db, user, code);
}

/** New recovery codes instead of all older ones, after password and code. */
export async function renewOwnRecoveryCodes(own: Own, password: string, code: string): Promise<string[]> {
  await proveOwn(own, password, code);
  return renewRecoveryCodes(own.db, own.user);
}

/** Turns two-step sign-in off, after password and code. */
export async function endOwnTwoStep(own: Own, password: string, code: string): Promise<void> {
  await proveOwn(own, password, code);
  await endTwoStep(own.db, own.user, own.user.username);
}

/** Asks for the password, or for both steps, once more: counted like attempts to sign in, so that it is no way around. */
async function proveOwn({ db, limiter, user }: Own, password: string, code?: string): Promise<void> {
  const client = { kind: "user", userId: user.id } as const;
  const { username } = user;
  const proved = await proveUser(db, limiter, {
    username,
    password,
    code: code || null,
    client,
    counted: null,
  });
  switch (proved.outcome) {
    case "proved":
      return;
    case "code-required":
      // The password was right.
      if (code === undefined) return;
      throw new AppError("bad-input", "Enter a code of your authenticator app, or a recovery code.");
    case "code-wrong":
      throw new AppError("bad-input", "This code is not right, or was used before.");
    case "refused":
      throw new AppError("bad-input", "Your present password is not right.");
    case "exceeded":
      throw tooMany(proved.retryAfterSeconds);
    case "unavailable":
      throw new AppError("unavailable", "Attempts cannot be counted at the moment: try again in a minute.");
  }
}

function tooMany(retryAfterSeconds: number): AppError {
  return new AppError(
    "unavailable",
    `Too many attempts. Please wait ${formatWait(retryAfterSeconds)} and try again.`,
  );
}
