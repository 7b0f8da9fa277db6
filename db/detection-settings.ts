import { sql } from "drizzle-orm";
import { z } from "zod";
import { writeAudit } from "@/db/audit-logs";
import type { Database, Querier } from "@/db/client";
import { noteAuthor, readAuthors } from "@/db/detection-authors";
import { checkModes, type DetectionMode, storeModes } from "@/db/detection-policy";
import { readSetting, writeSetting } from "@/db/settings";
import type { ThresholdRange } from "@/lib/detection/threshold-input";
import { rangeOf, thresholdProblem } from "@/lib/detection/threshold-range";
import {
  isFixedByEnvironment,
  THRESHOLD_NAMES,
  THRESHOLDS,
  type ThresholdName,
  type Thresholds,
  thresholdsFrom,
} from "@/lib/detection/thresholds";
import { AppError, messageOf } from "@/lib/errors";

const SETTING = "detection-thresholds";
const stored = z.record(z.string(), z.unknown());
type Source = Record<string, string | undefined>;
/** New values; null takes one back to its default. */
export type ThresholdChanges = Partial<Record<ThresholdName, unknown>>;

/** The thresholds in force: of the environment, else of the page "Settings", else their defaults. */
export async function readThresholds(db: Querier, source: Source = process.env): Promise<Thresholds> {
  return thresholdsFrom(source, (await readSetting(db, SETTING, stored)) ?? {});
}

export type ThresholdView = {
  name: ThresholdName;
  /** The variable of the environment that would fix it. */
  env: string;
  sentence: string;
  value: number | readonly string[];
  fallback: number | readonly string[];
  range: ThresholdRange | null;
  origin: "environment" | "page" | "default";
  /** What is wrong with the variable: then detection does not run at all. */
  problem: string | null;
  author: { name: string; at: Date } | null;
};

/** Every threshold with all that a person wants to know about it. */
export async function readThresholdViews(
  db: Querier,
  source: Source = process.env,
): Promise<ThresholdView[]> {
  const [values, authors] = await Promise.all([readSetting(db, SETTING, stored), readAuthors(db)]);
  const defaults = thresholdsFrom();
  return THRESHOLD_NAMES.map((name) => {
    const { env, sentence } = THRESHOLDS[name];
    const isFixed = isFixedByEnvironment(source, name);
    const own = isFixed ? { [env]: source[env] } : {};
    let value: ThresholdView["value"] = defaults[name];
    let problem: string | null = null;
    try {
      value = thresholdsFrom(own, values ?? {})[name];
    } catch (error) {
      problem = messageOf(error);
    }
    const isStored = !isFixed && values?.[name] !== undefined;
    const author = isStored ? authors[name] : undefined;
    return {
      name,
      env,
      sentence,
      value,
      fallback: defaults[name],
      range: rangeOf(name),
      origin: isFixed ? "environment" : isStored ? "page" : "default",
      problem,
      author: author ? { name: author.name, at: new Date(author.at) } : null,
    };
  });
}

/** What is wrong with changes, by the name of the threshold; empty where nothing is. */
export function thresholdProblems(
  changes: ThresholdChanges,
  source: Source = process.env,
): Partial<Record<ThresholdName, string>> {
  const problems = (Object.entries(changes) as [ThresholdName, unknown][]).flatMap(([name, value]) => {
    if (isFixedByEnvironment(source, name))
      return [[name, `${THRESHOLDS[name].env} is set in the environment, which wins over the settings.`]];
    const problem = value === null ? null : thresholdProblem(name, value);
    return problem === null ? [] : [[name, problem]];
  });
  return Object.fromEntries(problems);
}

/**
 * Stores thresholds; null takes one back to its default.
 * @throws AppError `bad-input` for a value that is not possible, `conflict` for one that the environment fixes.
 */
export async function changeThresholds(
  db: Database,
  changes: ThresholdChanges,
  actor: { name: string },
  source: Source = process.env,
): Promise<Thresholds> {
  await changeDetection(db, { thresholds: changes, modes: {} }, actor, source);
  return readThresholds(db, source);
}

/**
 * Stores thresholds and modes of rules: all of them or, where one is wrong, none.
 * @throws AppError as `changeThresholds` and `changePolicy` do.
 */
export async function changeDetection(
  db: Database,
  changes: { thresholds: ThresholdChanges; modes: Partial<Record<string, DetectionMode>> },
  actor: { name: string },
  source: Source = process.env,
): Promise<void> {
  const modes = checkModes(changes.modes);
  for (const [name, problem] of Object.entries(thresholdProblems(changes.thresholds, source))) {
    const isFixed = isFixedByEnvironment(source, name as ThresholdName);
    throw new AppError(
      isFixed ? "conflict" : "bad-input",
      `${THRESHOLDS[name as ThresholdName].env}: ${problem}`,
    );
  }
  await db.transaction(async (transaction) => {
    // Settings are read, changed and written as a whole: two administrators at once must not undo each other.
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('detection-settings', 0))`);
    await storeThresholds(transaction, changes.thresholds, actor);
    await storeModes(transaction, modes, actor);
  });
}

async function storeThresholds(
  transaction: Querier,
  changes: ThresholdChanges,
  actor: { name: string },
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  const before = (await readSetting(transaction, SETTING, stored)) ?? {};
  const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  const after = Object.fromEntries(merged);
  await writeSetting(transaction, SETTING, after, actor.name);
  const changed = Object.entries(changes).map(([part, value]) => ({ part, isDefault: value === null }));
  await noteAuthor(transaction, actor, changed);
  await writeAudit(transaction, {
    actor: actor.name,
    action: "change-thresholds",
    subject: `setting:${SETTING}`,
    before,
    after,
  });
}
