"use client";

import { createContext, useContext } from "react";
import type { DraftChanges, SettingsDraft } from "@/components/settings/settings-draft";
import type { DetectionMode } from "@/db/detection-policy";

/** What the fields of the page share: what is typed and not saved, what is wrong with it, and whether they may change it. */
export type SettingsEditing = {
  canChange: boolean;
  now: number;
  draft: SettingsDraft;
  changes: DraftChanges;
  /** What the server found wrong at the last attempt to save. */
  refused: Readonly<Record<string, string>>;
  setValue: (name: string, value: string | readonly string[]) => void;
  setMode: (rule: string, mode: DetectionMode) => void;
};

export const SettingsContext = createContext<SettingsEditing | null>(null);

export function useSettings(): SettingsEditing {
  const editing = useContext(SettingsContext);
  if (!editing) throw new Error("This field stands outside of SettingsForm.");
  return editing;
}
