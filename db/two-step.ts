import { randomInt } from "node:crypto";
import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { twoStepEnrolments, type User } from "@/db/schema";
import { readEnv, required } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { hashText } from "@/lib/privacy/hash";
import { purposeKey } from "@/lib/privacy/purpose-key";
import { seal, unseal } from "@/lib/privacy/seal";

type Owner = Pick<User, "id" | "username">;
/** What an authenticator app needs: the secret to type, and the address that its QR code holds. */
export type TwoStepSecret = { secret: string; uri: string };
export type TwoStepState = { isOn: boolean; since: Date | null; recoveryCodesLeft: number };

/** RFC 6238 as every authenticator app takes it; a code is good one step before and after its own. */
const CODE = { algorithm: "SHA1", digits: 6, period: 30 } as const;
const APP_CODE = /^[0-9]{6}$/;
const WINDOW_STEPS = 1;
const SECRET_BYTES = 20;

const RECOVERY_CODES = 10;
const RECOVERY_GROUPS = 3;
const RECOVERY_GROUP_LENGTH = 4;
// Crockford's base 32, as in generated passwords: 60 bits a code.
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

const keyOf = (purpose: string) =>
  purposeKey(required(readEnv(), "EVENT_SEAL_KEY"), `gatehouse two-step ${purpose}`);
const labelOf = (userId: number) => `user:${userId}`;
const hashOf = (userId: number, code: string) => hashText(`${userId}:${code}`, keyOf("recovery code"));

/** Whether a user signs in in two steps, and how many recovery codes are left. */
export async function readTwoStep(querier: Querier, userId: number): Promise<TwoStepState> {
  const row = await confirmed(querier, userId);
  const { confirmedAt: since = null, recoveryCodes = [] } = row ?? {};
  return { isOn: row !== null, since, recoveryCodesLeft: recoveryCodes.length };
}

/** The ids of all users who sign in in two steps. */
export async function usersInTwoSteps(querier: Querier): Promise<Set<number>> {
  const rows = await querier
    .select({ id: twoStepEnrolments.userId })
    .from(twoStepEnrolments)
    .where(isNotNull(twoStepEnrolments.confirmedAt))
    .limit(1000);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Makes a new secret, which counts once a code of it was right.
 * @throws AppError `conflict` where two-step sign-in is on: it has to be turned off first.
 */
export async function startTwoStep(
  db: Database,
  { id, username }: Owner,
  now = new Date(),
): Promise<TwoStepSecret> {
  const secret = new Secret({ size: SECRET_BYTES });
  const sealedSecret = await seal(secret.base32, keyOf("secret"), labelOf(id));
  const fresh = { sealedSecret, lastStep: 0, recoveryCodes: [], createdAt: now, confirmedAt: null };
  const rows = await db
    .insert(twoStepEnrolments)
    .values({ userId: id, ...fresh })
    .onConflictDoUpdate({
      target: twoStepEnrolments.userId,
      set: fresh,
      setWhere: isNull(twoStepEnrolments.confirmedAt),
    })
    .returning({ userId: twoStepEnrolments.userId });
  if (rows.length === 0) throw new AppError("conflict", "Two-step sign-in is on already.");
  return {
    secret: secret.base32,
    uri: new TOTP({ ...CODE, secret, issuer: readEnv().SITE_NAME, label: username }).toString(),
  };
}

/**
 * Turns two-step sign-in on, by a first code of the app.
 * @returns the recovery codes, which are stored as hashes only and cannot be shown again.
 * @throws AppError `bad-input` for a wrong code, `conflict` where nothing was begun or it is on already.
 */
export async function confirmTwoStep(
  db: Database,
  user: Owner,
  code: string,
  now = new Date(),
): Promise<string[]> {
  return db.transaction(async (transaction) => {
    const [row] = await transaction
      .select()
      .from(twoStepEnrolments)
      .where(and(eq(twoStepEnrolments.userId, user.id), isNull(twoStepEnrolments.confirmedAt)))
      .for("update");
    if (!row) throw new AppError("conflict", "Begin anew: there is no secret that waits for its first code.");
    const step = await stepOf(row, user.username, code, now);
    if (step === null)
      throw new AppError("bad-input", "This code is not right: take the one that the app shows now.");
    const codes = await renew(transaction, user.id);
    await transaction
      .update(twoStepEnrolments)
      .set({ confirmedAt: now, lastStep: step })
      .where(eq(twoStepEnrolments.userId, user.id));
    await audit(transaction, user, "two-step-on", user.username);
    return codes;
  });
}

/**
 * Replaces the recovery codes, used or not, and answers the new ones.
 * @throws AppError `conflict` where two-step sign-in is off.
 */
export async function renewRecoveryCodes(db: Database, user: Owner): Promise<string[]> {
  return db.transaction(async (transaction) => {
    if (!(await confirmed(transaction, user.id))) {
      throw new AppError("conflict", "Two-step sign-in is off: there is nothing to recover.");
    }
    const codes = await renew(transaction, user.id);
    await audit(transaction, user, "renew-recovery-codes", user.username);
    return codes;
  });
}

/** Turns two-step sign-in off; answers whether it was on. `actor` is who does it. */
export async function endTwoStep(db: Database, user: Owner, actor: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const [row] = await transaction
      .delete(twoStepEnrolments)
      .where(eq(twoStepEnrolments.userId, user.id))
      .returning({ confirmedAt: twoStepEnrolments.confirmedAt });
    if (!row?.confirmedAt) return false;
    await audit(transaction, user, "two-step-off", actor);
    return true;
  });
}

/**
 * Takes a code of the app or a recovery code, once: the same code is refused the second time, also when both come at the
 * same moment. Answers which it was, or null.
 */
export async function spendCode(
  querier: Querier,
  user: Owner,
  text: string,
  now = new Date(),
): Promise<"app" | "recovery" | null> {
  const code = text.replace(/[\s-]/g, "").toLowerCase();
  const row = await confirmed(querier, user.id);
  if (!row) return null;
  if (!APP_CODE.test(code)) return (await spendRecoveryCode(querier, user.id, code)) ? "recovery" : null;
  const step = await stepOf(row, user.username, code, now);
  if (step === null) return null;
  const taken = await querier
    .update(twoStepEnrolments)
    .set({ lastStep: step })
    .where(and(eq(twoStepEnrolments.userId, user.id), lt(twoStepEnrolments.lastStep, step)))
    .returning({ userId: twoStepEnrolments.userId });
  return taken.length > 0 ? "app" : null;
}

type Row = typeof twoStepEnrolments.$inferSelect;

async function confirmed(querier: Querier, userId: number): Promise<Row | null> {
  const [row] = await querier
    .select()
    .from(twoStepEnrolments)
    .where(and(eq(twoStepEnrolments.userId, userId), isNotNull(twoStepEnrolments.confirmedAt)))
    .limit(1);
  return row ?? null;
}

/** The time step that a code is of, or null where it is of none of these minutes. */
async function stepOf(row: Row, username: string, code: string, now: Date): Promise<number | null> {
  const secret = await unseal(row.sealedSecret, keyOf("secret"), labelOf(row.userId));
  if (secret === null) {
    const way = `gatehouse users two-step off ${username}`;
    console.error(
      `The two-step secret of ${username} does not open: has EVENT_SEAL_KEY changed? ${way} resets it.`,
    );
    return null;
  }
  const token = code.replace(/[\s-]/g, "");
  if (!APP_CODE.test(token)) return null;
  const totp = new TOTP({ ...CODE, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token, timestamp: now.getTime(), window: WINDOW_STEPS });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / CODE.period) + delta;
}

async function renew(querier: Querier, userId: number): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  const recoveryCodes = codes.map((code) => hashOf(userId, code.replaceAll("-", "")));
  await querier.update(twoStepEnrolments).set({ recoveryCodes }).where(eq(twoStepEnrolments.userId, userId));
  return codes;
}

function recoveryCode(): string {
  const group = () =>
    Array.from({ length: RECOVERY_GROUP_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return Array.from({ length: RECOVERY_GROUPS }, group).join("-");
}

async function spendRecoveryCode(querier: Querier, userId: number, code: string): Promise<boolean> {
  const hash = hashOf(userId, code);
  const { recoveryCodes } = twoStepEnrolments;
  const taken = await querier
    .update(twoStepEnrolments)
    .set({ recoveryCodes: sql`array_remove(${recoveryCodes}, ${hash})` })
    .where(and(eq(twoStepEnrolments.userId, userId), sql`${hash} = any(${recoveryCodes})`))
    .returning({ userId: twoStepEnrolments.userId });
  return taken.length > 0;
}

async function audit(querier: Querier, user: Owner, action: string, actor: string): Promise<void> {
  await writeAudit(querier, { actor, action, subject: `user:${user.username}` });
}
