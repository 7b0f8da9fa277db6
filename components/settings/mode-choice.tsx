"use client";

import { clsx } from "clsx";
import { Eye, EyeOff, type LucideIcon, ShieldBan } from "lucide-react";
import { AuthorNote } from "@/components/settings/author-note";
import { useSettings } from "@/components/settings/settings-context";
import { MODE_WORDS, type ShownRuleSetting } from "@/components/settings/shown-settings";
import type { DetectionMode } from "@/db/detection-policy";

export const MODE_ICONS: Record<DetectionMode, LucideIcon> = {
  off: EyeOff,
  observe: Eye,
  enforce: ShieldBan,
};
const CHOSEN: Record<DetectionMode, string> = {
  off: "bg-unknown-soft text-unknown",
  observe: "bg-suspicious-soft text-suspicious",
  enforce: "bg-blocked-soft text-blocked",
};

/** What follows when a rule finds somebody. */
export function ModeChoice({ rule }: { rule: ShownRuleSetting }) {
  const { canChange, draft, changes, setMode } = useSettings();
  const chosen = draft.modes[rule.id] ?? rule.mode;
  if (!canChange) return <ModeBadge mode={rule.mode} />;
  return (
    <div className="flex flex-col items-end gap-1 max-sm:w-full max-sm:items-stretch">
      <fieldset className="flex rounded-md border border-line p-0.5">
        <legend className="sr-only">What follows when {rule.id} finds somebody</legend>
        {rule.modes.map((mode) => {
          const { word, meaning } = MODE_WORDS[mode];
          const Icon = MODE_ICONS[mode];
          return (
            <label
              key={mode}
              title={meaning}
              className={clsx(
                "flex h-7 cursor-pointer items-center justify-center gap-1.5 rounded px-2.5 text-xs font-medium max-md:h-9 max-sm:flex-1",
                "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
                mode === chosen ? CHOSEN[mode] : "text-muted hover:bg-sunken hover:text-ink",
              )}
            >
              <input
                type="radio"
                name={`mode-${rule.id}`}
                value={mode}
                checked={mode === chosen}
                onChange={() => setMode(rule.id, mode)}
                className="sr-only"
              />
              <Icon className="size-3.5" aria-hidden="true" />
              {word}
            </label>
          );
        })}
      </fieldset>
      <AuthorNote author={rule.author} isChanged={rule.id in changes.modes} />
    </div>
  );
}

export function ModeBadge({ mode }: { mode: DetectionMode }) {
  const Icon = MODE_ICONS[mode];
  const { word, meaning } = MODE_WORDS[mode];
  return (
    <span
      title={meaning}
      className={clsx("inline-flex h-6 items-center gap-1.5 rounded px-2 text-xs font-medium", CHOSEN[mode])}
    >
      <Icon className="size-3.5" aria-hidden="true" />
      {word}
    </span>
  );
}
