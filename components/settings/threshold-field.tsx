"use client";

import { clsx } from "clsx";
import { Lock, RotateCcw } from "lucide-react";
import { AuthorNote } from "@/components/settings/author-note";
import { useSettings } from "@/components/settings/settings-context";
import { isSame, typedNumber } from "@/components/settings/settings-draft";
import type { ShownThreshold } from "@/components/settings/shown-settings";
import { controlClass } from "@/components/ui/field";
import { formatCount } from "@/lib/format";

/** One number that a rule compares with. */
export function ThresholdField({ threshold }: { threshold: ShownThreshold }) {
  const { canChange, draft, changes, refused, setValue } = useSettings();
  const { name, label, sentence, value, fallback, origin, range } = threshold;
  const id = `threshold-${name}`;
  const typed = draft.values[name];
  const isFixed = origin === "environment";
  const shown = typeof typed === "string" && !isFixed ? typed : formatCount(Number(value));
  const problem = changes.problems[name] ?? refused[name] ?? null;
  return (
    <div className="flex items-start justify-between gap-x-4">
      <div className="min-w-0 flex-1">
        <label htmlFor={canChange ? id : undefined} className="font-medium">
          {label}
        </label>
        <p id={`${id}-note`} className="text-xs text-pretty text-muted">
          {sentence}{" "}
          <span className="whitespace-nowrap text-faint">Default {formatCount(Number(fallback))}.</span>
        </p>
        {problem && (
          <p id={`${id}-problem`} role="alert" className="text-xs text-pretty text-blocked">
            {problem}
          </p>
        )}
        <Origin
          threshold={threshold}
          shown={range ? typedNumber(shown) : []}
          onReset={() => setValue(name, String(fallback))}
        />
      </div>
      {canChange ? (
        <input
          id={id}
          name={name}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          disabled={isFixed}
          value={shown}
          onChange={(event) => setValue(name, event.target.value)}
          aria-invalid={problem !== null}
          aria-describedby={problem ? `${id}-problem ${id}-note` : `${id}-note`}
          className={clsx(controlClass, "w-24! text-right disabled:bg-sunken disabled:text-muted")}
        />
      ) : (
        <p className="font-medium">{formatCount(Number(value))}</p>
      )}
    </div>
  );
}

/** Where a value comes from, and the way back to its default. */
export function Origin({
  threshold,
  shown,
  onReset,
}: {
  threshold: ShownThreshold;
  /** What stands in the field now. */
  shown: number | readonly string[];
  onReset: () => void;
}) {
  const { canChange, changes } = useSettings();
  const { name, label, fallback, origin, author, env, problem } = threshold;
  if (problem)
    return (
      <p className="text-xs text-pretty text-blocked">{problem} No detection runs until that is corrected.</p>
    );
  if (origin === "environment") {
    return (
      <p className="flex items-start gap-1 text-xs text-muted">
        <Lock className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
        <span className="min-w-0 break-words">
          Fixed by <span className="font-mono">{env}</span>
        </span>
      </p>
    );
  }
  const words = typeof fallback === "number" ? formatCount(fallback) : fallback.join(", ");
  const isChanged = name in changes.thresholds || name in changes.problems;
  const isDefault = isSame(shown, fallback);
  if (isDefault && !isChanged && !author) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3">
      <AuthorNote author={author} isChanged={isChanged} />
      {!isDefault && canChange && (
        <button
          type="button"
          onClick={onReset}
          aria-label={`${label}: back to the default, ${words}`}
          className="inline-flex items-center gap-1 text-left text-xs text-muted underline-offset-2 hover:text-ink hover:underline max-md:py-1.5"
        >
          <RotateCcw className="size-3 shrink-0" aria-hidden="true" />
          Back to {words}
        </button>
      )}
    </div>
  );
}
