import { z } from "zod";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { noteAuthor } from "@/db/detection-authors";
import { readSetting, writeSetting } from "@/db/settings";
import { RULE_IDS, type RuleId } from "@/lib/detection/rules";
import { AppError } from "@/lib/errors";

/** What follows when a rule finds somebody: nothing is looked for, it is shown, or a block is made. */
export const DETECTION_MODES = ["off", "observe", "enforce"] as const;
export type DetectionMode = (typeof DETECTION_MODES)[number];
export type DetectionPolicy = Readonly<Record<RuleId, DetectionMode>>;

const SETTING = "detection-policy";
const stored = z.partialRecord(z.enum(RULE_IDS), z.enum(DETECTION_MODES));
export const DEFAULT_MODE: DetectionMode = "observe";

/** The mode of every rule; one that nobody has set is observed. */
export async function readPolicy(db: Querier): Promise<DetectionPolicy> {
  const modes = (await readSetting(db, SETTING, stored)) ?? {};
  return Object.fromEntries(RULE_IDS.map((rule) => [rule, modes[rule] ?? DEFAULT_MODE])) as DetectionPolicy;
}

/** Modes as they may be stored. @throws AppError `bad-input` for a rule or a mode that there is not. */
export function checkModes(changes: Partial<Record<string, string>>): Partial<DetectionPolicy> {
  const { data } = stored.safeParse(changes);
  if (!data) throw new AppError("bad-input", `A rule is off, observe or enforce: ${RULE_IDS.join(", ")}.`);
  return data;
}

/** @throws AppError `bad-input` for a rule or a mode that there is not. */
export async function changePolicy(
  db: Database,
  changes: Partial<Record<string, string>>,
  actor: { name: string },
): Promise<DetectionPolicy> {
  const modes = checkModes(changes);
  await db.transaction((transaction) => storeModes(transaction, modes, actor));
  return readPolicy(db);
}

/** Stores modes that were checked, in the caller's transaction. */
export async function storeModes(
  transaction: Querier,
  modes: Partial<DetectionPolicy>,
  actor: { name: string },
): Promise<void> {
  const changed = Object.entries(modes) as [RuleId, DetectionMode][];
  if (changed.length === 0) return;
  const before = await readPolicy(transaction);
  await writeSetting(transaction, SETTING, { ...before, ...modes }, actor.name);
  const parts = changed.map(([rule, mode]) => ({ part: `rule:${rule}`, isDefault: mode === DEFAULT_MODE }));
  await noteAuthor(transaction, actor, parts);
  await writeAudit(transaction, {
    actor: actor.name,
    action: "change-detection-policy",
    subject: `setting:${SETTING}`,
    before: Object.fromEntries(changed.map(([rule]) => [rule, before[rule]])),
    after: modes,
  });
}

type BlockLength = { readonly seconds: number; readonly words: string };
const BLOCK_LENGTHS: readonly BlockLength[] = [
  { seconds: 3600, words: "1 h" },
  { seconds: 86_400, words: "24 h" },
  { seconds: 604_800, words: "7 d" },
];

/** How long the next block by detection lasts: longer each time the same target comes back. */
export function blockLength(automaticBlocks: number): BlockLength {
  return BLOCK_LENGTHS[Math.min(automaticBlocks, BLOCK_LENGTHS.length - 1)] as BlockLength;
}
