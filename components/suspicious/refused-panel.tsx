import { OctagonAlert, X } from "lucide-react";
import type { RefusedTarget } from "@/db/suspicion-verbs";
import { formatCount } from "@/lib/format";

/** Who was refused of how many: `words` is such as "not blocked". */
export type Refusals = { words: string; asked: number; refused: readonly RefusedTarget[] };

/** Names every target that a change did not reach, and why. */
export function RefusedPanel({ refusals, onDismiss }: { refusals: Refusals; onDismiss: () => void }) {
  const { words, asked, refused } = refusals;
  const is = refused.length === 1 ? "is" : "are";
  return (
    <div role="alert" className="flex gap-2 border-b border-line bg-blocked-soft px-4 py-3 text-blocked">
      <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {asked === 1 ? "It is" : `${formatCount(refused.length)} of ${formatCount(asked)} ${is}`} {words}
        </p>
        <ul className="mt-1 flex max-h-48 flex-col gap-1 overflow-y-auto text-xs">
          {refused.map(({ id, label, message }) => (
            <li key={id} className="text-pretty">
              <span className="font-mono">{label}</span>: {message}
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        onClick={onDismiss}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-surface/50"
      >
        <X className="size-4" aria-hidden="true" />
        <span className="sr-only">Dismiss</span>
      </button>
    </div>
  );
}
