import { z } from "zod";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { readSetting, writeSetting } from "@/db/settings";
import { RULE_IDS, type RuleId } from "@/lib/detection/rules";
import { AppError } from "@/lib/errors";

/** What follows when a rule finds somebody: nothing is looked for, it is shown, or a block is made. */
export const DETECTION_MODES = ["off", "observe", "enforce"] as const;
export type DetectionMode = (typeof DETECTION_MODES)[number];
export type DetectionPolicy = Readonly<Record<RuleId, DetectionMode>>;

const SETTING = "detection-policy";
const stored = z.partialRecord(z.enum(RULE_IDS), z.enum(DETECTION_MODES));
const DEFAULT_MODE: DetectionMode = "observe";

/** The mode of every rule; one that nobody has set is observed. */
export async function readPolicy(db: Querier): Promise<DetectionPolicy> {
  const modes = (await readSetting(db, SETTING, stored)) ?? {};
  return Object.fromEntries(RULE_IDS.map((rule) => [rule, modes[rule] ?? DEFAULT_MODE])) as DetectionPolicy;
}

/** @throws AppError `bad-input` for a rule or a mode that there is not. */
export async function changePolicy(
  db: Database,
  changes: Partial<Record<string, string>>,
  actor: { name: string },
): Promise<DetectionPolicy> {
  const parsed = stored.safeParse(changes);
  if (!parsed.success)
    throw new AppError("bad-input", `A rule is off, observe or enforce: ${RULE_IDS.join(", ")}.`);
  await db.transaction(async (transaction) => {
    const before = await readPolicy(transaction);
    await writeSetting(transaction, SETTING, { ...before, ...parsed.data }, actor.name);
    await writeAudit(transaction, {
      actor: actor.name,
      action: "change-detection-policy",
      subject: `setting:${SETTING}`,
      before: Object.fromEntries(Object.keys(parsed.data).map((rule) => [rule, before[rule as RuleId]])),
      after: parsed.data,
    });
  });
  return readPolicy(db);
}

/** Seconds that a block by detection lasts: longer each time the same target comes back. */
const BLOCK_SECONDS = [3600, 86_400, 604_800] as const;

export function blockSeconds(automaticBlocks: number): number {
  return BLOCK_SECONDS[Math.min(automaticBlocks, BLOCK_SECONDS.length - 1)] as number;
}
