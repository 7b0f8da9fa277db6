"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { outcomeOf, requireOwn } from "@/app/(dashboard)/account/own";
import { qrPath } from "@/app/(dashboard)/account/qr-path";
import type { AccountOutcome, Enrolment } from "@/components/account/account-actions";
import {
  changeOwnPassword,
  confirmOwnTwoStep,
  endOwnTwoStep,
  renewOwnRecoveryCodes,
  startOwnTwoStep,
} from "@/db/account";
import { tellDoors } from "@/db/session-publication";
import { endSession, signOutEverywhere } from "@/db/sessions";
import { AppError } from "@/lib/errors";

const text = z.string().max(1024);

/** The texts that an action was called with; a page sends nothing else. */
function textsOf(...values: unknown[]): string[] {
  const { success, data } = z.array(text).safeParse(values);
  if (!success) throw new AppError("bad-input", "This page is of another version: load it again.");
  return data;
}

/** Sets the own password; every other session ends. */
export async function changePasswordAction(present: string, next: string): Promise<AccountOutcome<null>> {
  return outcomeOf(async () => {
    const own = await requireOwn();
    const [known = "", wanted = ""] = textsOf(present, next);
    await changeOwnPassword(own, known, wanted);
    revalidatePath("/account");
    return null;
  });
}

/** Ends one of the user's own sessions. */
export async function endSessionAction(sessionId: string): Promise<AccountOutcome<null>> {
  return outcomeOf(async () => {
    const { db, user } = await requireOwn();
    const { success, data } = z.uuid().safeParse(sessionId);
    const { id: userId, username } = user;
    if (success && (await endSession(db, { sessionId: data, userId, username }))) await tellDoors(db);
    revalidatePath("/account");
    return null;
  });
}

/** Ends every session of the user but this one. */
export async function endOtherSessionsAction(): Promise<AccountOutcome<number>> {
  return outcomeOf(async () => {
    const { db, user } = await requireOwn();
    const ended = await signOutEverywhere(db, user, user.username, user.sessionId);
    await tellDoors(db);
    revalidatePath("/account");
    return ended;
  });
}

/** Makes the secret of two-step sign-in, which the answer alone shows. */
export async function startTwoStepAction(password: string): Promise<AccountOutcome<Enrolment>> {
  return outcomeOf(async () => {
    const own = await requireOwn();
    const [known = ""] = textsOf(password);
    const { secret, uri } = await startOwnTwoStep(own, known);
    return { secret, qr: qrPath(uri) };
  });
}

/** Turns two-step sign-in on. */
export async function confirmTwoStepAction(code: string): Promise<AccountOutcome<string[]>> {
  return outcomeOf(async () => {
    const own = await requireOwn();
    const [first = ""] = textsOf(code);
    const codes = await confirmOwnTwoStep(own, first);
    revalidatePath("/account");
    return codes;
  });
}

/** Replaces the recovery codes. */
export async function renewRecoveryCodesAction(
  password: string,
  code: string,
): Promise<AccountOutcome<string[]>> {
  return outcomeOf(async () => {
    const own = await requireOwn();
    const [known = "", current = ""] = textsOf(password, code);
    const codes = await renewOwnRecoveryCodes(own, known, current);
    revalidatePath("/account");
    return codes;
  });
}

/** Turns two-step sign-in off. */
export async function endTwoStepAction(password: string, code: string): Promise<AccountOutcome<null>> {
  return outcomeOf(async () => {
    const own = await requireOwn();
    const [known = "", current = ""] = textsOf(password, code);
    await endOwnTwoStep(own, known, current);
    revalidatePath("/account");
    return null;
  });
}
