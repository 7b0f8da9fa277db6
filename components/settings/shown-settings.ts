import type { DetectionMode } from "@/db/detection-policy";
import type { ThresholdRange } from "@/lib/detection/threshold-input";

/** A threshold as the page shows it. */
export type ShownThreshold = {
  name: string;
  label: string;
  sentence: string;
  /** The variable of the environment that fixes it, or would. */
  env: string;
  value: number | readonly string[];
  fallback: number | readonly string[];
  /** Null for a list of paths. */
  range: ThresholdRange | null;
  origin: "environment" | "page" | "default";
  problem: string | null;
  author: ShownAuthor | null;
};

/** Who set something, and when in milliseconds since 1970. */
export type ShownAuthor = { name: string; at: number };

/** A rule with all that can be set about it. */
export type ShownRuleSetting = {
  id: string;
  title: string;
  description: string;
  /** What a reader should know besides, such as that it needs the response status. */
  note: string | null;
  mode: DetectionMode;
  /** The modes that make sense for it. */
  modes: readonly DetectionMode[];
  author: ShownAuthor | null;
  findings: { found: number; blocked: number; wouldBlock: number; guarded: number };
  thresholds: readonly ShownThreshold[];
};

export type ShownGroup = {
  id: string;
  title: string;
  note: string;
  /** Thresholds that several rules of the group share. */
  shared: readonly ShownThreshold[];
  rules: readonly ShownRuleSetting[];
};

export const MODES = ["off", "observe", "enforce"] as const satisfies readonly DetectionMode[];

export const MODE_WORDS: Record<DetectionMode, { word: string; meaning: string }> = {
  off: { word: "Off", meaning: "Nothing is looked for." },
  observe: {
    word: "Observe",
    meaning:
      "Whoever is found stands on the page Suspicious IPs, with what a block would have done. Nobody is blocked.",
  },
  enforce: {
    word: "Enforce",
    meaning:
      "Whoever is found is blocked by itself: for 1 h, then 24 h, then 7 d. Administrators, known good logins, trusted proxies and verified crawlers are spared.",
  },
};

/** What the page's action answers. */
export type SaveOutcome = { ok: true } | { ok: false; message: string; problems: Record<string, string> };
export type SettingChanges = {
  thresholds: Record<string, number | readonly string[] | null>;
  modes: Record<string, DetectionMode>;
};
export type SaveSettings = (changes: SettingChanges) => Promise<SaveOutcome>;
