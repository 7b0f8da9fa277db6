import { ModeBadge } from "@/components/settings/mode-choice";
import { MODE_WORDS, MODES } from "@/components/settings/shown-settings";

/** What the three modes mean, each in a sentence, and how many rules have it. */
export function ModeLegend({ counts }: { counts: Readonly<Record<string, number>> }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-card border border-line bg-surface px-4 py-3 md:grid-cols-3">
      {MODES.map((mode) => (
        <div key={mode} className="flex min-w-0 flex-col gap-1">
          <dt className="flex items-center justify-between gap-2">
            <ModeBadge mode={mode} />
            <span className="text-xs text-faint">{counts[mode] ?? 0} rules</span>
          </dt>
          <dd className="text-xs text-pretty text-muted">{MODE_WORDS[mode].meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
