"use server";

import { revalidatePath } from "next/cache";
import { requireAdmin } from "@/app/session";
import type { AskOutcome } from "@/components/jobs/run-now";
import { database } from "@/db/client";
import { requestRun } from "@/inngest/run-request";
import { AppError } from "@/lib/errors";

/** Asks for a run of a job; what becomes of it, the page tells. */
export async function askForRunAction(job: string): Promise<AskOutcome> {
  try {
    const admin = await requireAdmin();
    await requestRun(database(), typeof job === "string" ? job : "", { name: admin.username });
    return { ok: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message };
  } finally {
    revalidatePath("/jobs");
  }
}
