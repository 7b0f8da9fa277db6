import { eq } from "drizzle-orm";
import { writeAudit } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import { hashPassword, isHashOutdated, verifyPassword } from "@/db/passwords";
import { type User, users } from "@/db/schema";
import { tellDoors } from "@/db/session-publication";
import { beginSession, type SessionOrigin } from "@/db/sessions";
import { readTwoStep, spendCode } from "@/db/two-step";
import { findUser, normaliseUsername, touchLogin, USERNAME_LENGTH_MAX } from "@/db/users";
import type { PolicyId } from "@/lib/guard/policy";
import type { LimitIdentity, LimitResult, RateLimiter } from "@/lib/guard/rate-limit";
import type { LimitState } from "@/lib/guard/verdict";
import type { SessionClaims } from "@/lib/session";

export type Proof = {
  username: string;
  password: string;
  /** Of an authenticator app, or a recovery code; null where none was sent. */
  code: string | null;
  /** Whose attempts are counted: an address, or a user who is signed in already. */
  client: LimitIdentity;
  /** What the door said when it counted this attempt by the policy `login`; null where no door has. */
  counted: readonly LimitState[] | null;
};

export type SignInAttempt = Proof & {
  /** What is kept of where the session was begun. */
  origin: SessionOrigin;
  /** The session that this browser has so far, which ends. */
  replaces: string | null;
  /** What of the visit may stand in the audit row. */
  visit: Readonly<Record<string, unknown>>;
};

export type Refused =
  | { outcome: "refused" | "code-required" | "code-wrong"; states: LimitState[] }
  | { outcome: "exceeded" | "unavailable"; states: LimitState[]; retryAfterSeconds: number };
export type SignInResult = { outcome: "signed-in"; user: SessionClaims; states: LimitState[] } | Refused;
export type Proved = {
  outcome: "proved";
  user: User;
  step: "password" | "app" | "recovery";
  states: LimitState[];
};

/**
 * The one way to sign in: proves who it is, and begins a session. A password that is changed, or a user who is locked, in
 * this very moment wins: the session would not outlive it.
 */
export async function signIn(
  db: Database,
  limiter: RateLimiter,
  attempt: SignInAttempt,
  now = new Date(),
): Promise<SignInResult> {
  const proved = await proveUser(db, limiter, attempt, now);
  if (proved.outcome !== "proved") return proved;
  const { user, step, states } = proved;
  const rehashed = isHashOutdated(user.passwordHash) ? await hashPassword(attempt.password) : null;
  const sessionId = await db.transaction(async (transaction) => {
    const [current] = await transaction.select().from(users).where(eq(users.id, user.id)).for("update");
    if (!current?.isActive || current.passwordHash !== user.passwordHash) return null;
    if (rehashed)
      await transaction.update(users).set({ passwordHash: rehashed }).where(eq(users.id, user.id));
    await touchLogin(transaction, user.id, now);
    const { visit, origin, replaces } = attempt;
    const after = step === "password" ? visit : { ...visit, step };
    const subject = `user:${user.username}`;
    await writeAudit(transaction, { actor: user.username, action: "sign-in", subject, after });
    return beginSession(transaction, user.id, origin, { now, replaces });
  });
  if (!sessionId) return { outcome: "refused", states };
  await tellDoors(db);
  const { id: userId, username, role } = user;
  return { outcome: "signed-in", user: { sessionId, userId, username, role }, states };
}

/**
 * Proves that somebody is a user: by the password, and by a code where the user signs in in two steps. Counts the attempt
 * by its address and by the username over all addresses, both before the password is looked at, and codes by the user;
 * while nothing can be counted nobody gets in, whatever FAIL_MODE says. An unknown name, a wrong password and a user who
 * is locked are one outcome and cost the same time; that a code is wanted learns only who has the password.
 */
export async function proveUser(
  db: Database,
  limiter: RateLimiter,
  { username, password, code, client, counted }: Proof,
  now = new Date(),
): Promise<Proved | Refused> {
  const states: LimitState[] = [];
  const stopped = async (count: Promise<LimitResult>): Promise<Refused | null> => {
    const result = await count;
    states.push(...result.states);
    const { outcome, retryAfterSeconds } = result;
    return outcome === "within" ? null : { outcome, states, retryAfterSeconds };
  };
  const byKey = (policy: PolicyId, key: string) => stopped(limiter.check(policy, { kind: "key", key }));
  const name = normaliseUsername(username).slice(0, USERNAME_LENGTH_MAX);
  if (counted) states.push(...counted);
  const tooMany =
    (counted ? null : await stopped(limiter.check("login", client))) ?? (await byKey("login-username", name));
  if (tooMany) return tooMany;

  const found = await findUser(db, username);
  const user = found?.isActive ? found : null;
  const matches = await verifyPassword(user?.passwordHash ?? null, password);
  if (!user || !matches) return { outcome: "refused", states };
  if (!(await readTwoStep(db, user.id)).isOn) return { outcome: "proved", user, step: "password", states };
  if (!code) return { outcome: "code-required", states };
  const tooManyCodes = await byKey("login-code", `user:${user.id}`);
  if (tooManyCodes) return tooManyCodes;
  const step = await spendCode(db, user, code, now);
  return step ? { outcome: "proved", user, step, states } : { outcome: "code-wrong", states };
}
