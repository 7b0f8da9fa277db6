import { writeAudit } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import { verifyPassword } from "@/db/passwords";
import { findUser, normaliseUsername, touchLogin, USERNAME_LENGTH_MAX } from "@/db/users";
import type { LimitIdentity, LimitResult, RateLimiter } from "@/lib/guard/rate-limit";
import type { LimitState } from "@/lib/guard/verdict";
import type { SessionClaims } from "@/lib/session";

export type SignInAttempt = {
  username: string;
  password: string;
  /** Whose attempts are counted: an address, or a user who is signed in already. */
  client: LimitIdentity;
  /** What the door said when it counted this attempt by the policy `login`; null where no door has. */
  counted: readonly LimitState[] | null;
  /** What of the visit may stand in the audit row. */
  visit: Readonly<Record<string, unknown>>;
};

export type SignInResult =
  | { outcome: "signed-in"; user: SessionClaims; states: LimitState[] }
  | { outcome: "refused"; states: LimitState[] }
  | { outcome: "exceeded" | "unavailable"; states: LimitState[]; retryAfterSeconds: number };

/**
 * The one way to sign in. Counts the attempt by its address and by the username over all addresses, both before the
 * password is looked at; while nothing can be counted nobody gets in, whatever FAIL_MODE says. An unknown name, a wrong
 * password and a user who is locked are one outcome and cost the same time.
 */
export async function signIn(
  db: Database,
  limiter: RateLimiter,
  attempt: SignInAttempt,
  now = new Date(),
): Promise<SignInResult> {
  const states: LimitState[] = [];
  const username = normaliseUsername(attempt.username).slice(0, USERNAME_LENGTH_MAX);
  const counts: (() => Promise<LimitResult>)[] = [
    () => countOnce(limiter, attempt),
    () => limiter.check("login-username", { kind: "key", key: username }),
  ];
  for (const count of counts) {
    const result = await count();
    states.push(...result.states);
    const { outcome, retryAfterSeconds } = result;
    if (outcome !== "within") return { outcome, states, retryAfterSeconds };
  }
  const user = await findUser(db, attempt.username);
  const candidate = user?.isActive ? user : null;
  const matches = await verifyPassword(candidate?.passwordHash ?? null, attempt.password);
  if (!candidate || !matches) return { outcome: "refused", states };
  await db.transaction(async (transaction) => {
    await touchLogin(transaction, candidate.id, now);
    await writeAudit(transaction, {
      actor: candidate.username,
      action: "sign-in",
      subject: `user:${candidate.username}`,
      after: attempt.visit,
    });
  });
  const { id, role, sessionVersion } = candidate;
  return {
    outcome: "signed-in",
    user: { userId: id, username: candidate.username, role, sessionVersion },
    states,
  };
}

async function countOnce(limiter: RateLimiter, { counted, client }: SignInAttempt): Promise<LimitResult> {
  if (!counted) return limiter.check("login", client);
  return { outcome: "within", states: [...counted], retryAfterSeconds: 0 };
}
