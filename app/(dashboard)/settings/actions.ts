"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { requireAdmin } from "@/app/session";
import type { SaveOutcome, SettingChanges } from "@/components/settings/shown-settings";
import { database } from "@/db/client";
import { DETECTION_MODES } from "@/db/detection-policy";
import { changeDetection, thresholdProblems } from "@/db/detection-settings";
import { RULE_IDS } from "@/lib/detection/rules";
import { THRESHOLD_NAMES } from "@/lib/detection/thresholds";
import { AppError } from "@/lib/errors";

const changes = z.object({
  thresholds: z.partialRecord(
    z.enum(THRESHOLD_NAMES),
    z.union([z.number(), z.array(z.string().max(1000)).max(1000), z.null()]),
  ),
  modes: z.partialRecord(z.enum(RULE_IDS), z.enum(DETECTION_MODES)),
});

/** Stores what was changed on the page: all of it, or nothing where a field is wrong. */
export async function saveSettingsAction(asked: SettingChanges): Promise<SaveOutcome> {
  try {
    const admin = await requireAdmin();
    const { data } = changes.safeParse(asked);
    if (!data) return { ok: false, message: "This page is of another version: load it again.", problems: {} };
    const problems = thresholdProblems(data.thresholds);
    if (Object.keys(problems).length > 0)
      return { ok: false, message: "Nothing was saved: a field is not right.", problems };
    await changeDetection(database(), data, { name: admin.username });
    revalidatePath("/settings");
    return { ok: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, message: error.message, problems: {} };
  }
}
