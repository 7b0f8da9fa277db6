"use server";

import { revalidatePath } from "next/cache";
import {
  readSuspectBlock,
  readSuspectIds,
  readSuspectUndo,
  readSuspectVerb,
} from "@/app/(dashboard)/suspicious/suspect-input";
import { actorOf, requireAdmin } from "@/app/session";
import type { SuspectOutcome, SuspectVerb } from "@/components/suspicious/suspect-actions";
import { writeAudit } from "@/db/audit-logs";
import { database } from "@/db/client";
import {
  blockSuspicious,
  ignoreSuspicious,
  reopenSuspicious,
  resolveSuspicious,
  type SuspicionChange,
  unblockSuspicious,
  undoSuspicious,
} from "@/db/suspicion-verbs";
import { requestDetection } from "@/inngest/detection-request";
import { AppError } from "@/lib/errors";

const DETECTION_WINDOW = "24h";

const VERBS = {
  ignore: ignoreSuspicious,
  resolve: resolveSuspicious,
  reopen: reopenSuspicious,
  unblock: unblockSuspicious,
} as const;

/** The outcome of a change; anything but an expected error stays an error. */
async function outcomeOf(act: () => Promise<SuspicionChange>): Promise<SuspectOutcome> {
  try {
    const change = await act();
    // Every page shows how many are open.
    revalidatePath("/", "layout");
    return { ok: true, ...change };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message };
  }
}

/** Blocks suspicious targets. */
export async function blockSuspectsAction(form: FormData): Promise<SuspectOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    const { ids, block } = readSuspectBlock(form, new Date());
    return blockSuspicious(ids, block, await actorOf(admin));
  });
}

/** Ignores, resolves, opens again or unblocks suspicious targets. */
export async function changeSuspectsAction(verb: SuspectVerb, ids: number[]): Promise<SuspectOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    return VERBS[readSuspectVerb(verb)](readSuspectIds(ids), await actorOf(admin));
  });
}

/** Takes a change of suspicious targets back. */
export async function undoSuspectsAction(
  undo: SuspicionChange["undo"],
  endBlocks: boolean,
): Promise<SuspectOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    return undoSuspicious(readSuspectUndo(undo), { endBlocks: endBlocks === true }, await actorOf(admin));
  });
}

/** Asks for a detection over the last day. */
export async function detectSuspectsAction(): Promise<{ ok: boolean; message: string }> {
  try {
    const { username } = await requireAdmin();
    await writeAudit(database(), {
      actor: username,
      action: "request-detection",
      subject: "job:detect-anomalies",
      after: { window: DETECTION_WINDOW },
    });
    await requestDetection(database(), { window: DETECTION_WINDOW, actor: username, trigger: "manual" });
    return { ok: true, message: "Detection begins within seconds. Whoever it finds appears here by itself." };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message };
  }
}
