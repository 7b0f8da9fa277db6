import { z } from "zod";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { readSetting, writeSetting } from "@/db/settings";
import {
  isFixedByEnvironment,
  THRESHOLDS,
  type ThresholdName,
  type Thresholds,
  thresholdsFrom,
} from "@/lib/detection/thresholds";
import { AppError } from "@/lib/errors";

const SETTING = "detection-thresholds";
const stored = z.record(z.string(), z.unknown());
type Source = Record<string, string | undefined>;

/** The thresholds in force: of the environment, else of the page "Settings", else their defaults. */
export async function readThresholds(db: Querier, source: Source = process.env): Promise<Thresholds> {
  return thresholdsFrom(source, (await readSetting(db, SETTING, stored)) ?? {});
}

/**
 * Stores thresholds; null takes one back to its default.
 * @throws AppError `bad-input` for a value that is not possible, `conflict` for one that the environment fixes.
 */
export async function changeThresholds(
  db: Database,
  changes: Partial<Record<ThresholdName, unknown>>,
  actor: { name: string },
  source: Source = process.env,
): Promise<Thresholds> {
  for (const [name, value] of Object.entries(changes) as [ThresholdName, unknown][]) {
    const { env, schema, sentence } = THRESHOLDS[name];
    if (isFixedByEnvironment(source, name)) {
      throw new AppError("conflict", `${env} is set in the environment, which wins over the settings.`);
    }
    if (value !== null && !schema.safeParse(value).success) throw new AppError("bad-input", sentence);
  }
  await db.transaction(async (transaction) => {
    const before = (await readSetting(transaction, SETTING, stored)) ?? {};
    const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
    const after = Object.fromEntries(merged);
    await writeSetting(transaction, SETTING, after, actor.name);
    await writeAudit(transaction, {
      actor: actor.name,
      action: "change-thresholds",
      subject: `setting:${SETTING}`,
      before,
      after,
    });
  });
  return readThresholds(db, source);
}
