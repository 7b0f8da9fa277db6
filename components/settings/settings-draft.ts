import type { SettingChanges, ShownGroup, ShownThreshold } from "@/components/settings/shown-settings";
import type { DetectionMode } from "@/db/detection-policy";
import { numberProblem, pathsProblem } from "@/lib/detection/threshold-input";

/** What a person has touched and not saved; numbers as they were typed. */
export type SettingsDraft = {
  values: Readonly<Record<string, string | readonly string[]>>;
  modes: Readonly<Record<string, DetectionMode>>;
};

export const NO_DRAFT: SettingsDraft = { values: {}, modes: {} };

/** What a draft changes, and what is wrong with it, by the name of the threshold. */
export type DraftChanges = SettingChanges & { problems: Record<string, string>; count: number };

/** The thresholds of all groups, each once. */
export function allThresholds(groups: readonly ShownGroup[]): ShownThreshold[] {
  return groups.flatMap(({ shared, rules }) => [...shared, ...rules.flatMap(({ thresholds }) => thresholds)]);
}

/** A number as a person types it: `1,000` and `1 000` are one thousand. NaN where it is none. */
export function typedNumber(text: string): number {
  const digits = text.replace(/[\s,'’]/g, "");
  return /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
}

/** Compares a draft with what is stored: what is the same again is no change. */
export function changesOf(groups: readonly ShownGroup[], draft: SettingsDraft): DraftChanges {
  const changes: DraftChanges = { thresholds: {}, modes: {}, problems: {}, count: 0 };
  for (const threshold of allThresholds(groups)) {
    const typed = draft.values[threshold.name];
    if (typed === undefined || threshold.origin === "environment") continue;
    const value = typeof typed === "string" ? typedNumber(typed) : typed;
    if (isSame(value, threshold.value)) continue;
    changes.count++;
    const problem = threshold.range ? numberProblem(value, threshold.range) : pathsProblem(value);
    if (problem !== null) changes.problems[threshold.name] = problem;
    else changes.thresholds[threshold.name] = isSame(value, threshold.fallback) ? null : value;
  }
  for (const { id, mode, modes } of groups.flatMap(({ rules }) => rules)) {
    const chosen = draft.modes[id];
    if (chosen === undefined || chosen === mode || !modes.includes(chosen)) continue;
    changes.count++;
    changes.modes[id] = chosen;
  }
  return changes;
}

export function isSame(one: number | readonly string[], other: number | readonly string[]): boolean {
  if (typeof one === "number" || typeof other === "number") return one === other;
  return one.length === other.length && one.every((path, index) => path === other[index]);
}

/** A draft that was kept as JSON; nothing where it is none. */
export function parseDraft(text: string | null): SettingsDraft {
  try {
    const { values, modes } = JSON.parse(text ?? "null") as SettingsDraft;
    const isDraft =
      typeof values === "object" && typeof modes === "object" && values !== null && modes !== null;
    return isDraft ? { values, modes } : NO_DRAFT;
  } catch {
    return NO_DRAFT;
  }
}
