import { OctagonAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { formatPlural } from "@/lib/format";

type Props = {
  count: number;
  /** Fields that have to be put right before. */
  wrong: number;
  /** The changes are of an earlier look at this page. */
  isRestored: boolean;
  isPending: boolean;
  refusal: string | null;
  onDiscard: () => void;
};

/** What is not saved yet; in sight wherever one is on the page. */
export function SaveBar({ count, wrong, isRestored, isPending, refusal, onDiscard }: Props) {
  return (
    <section
      aria-label="Unsaved changes"
      className="appear sticky bottom-4 z-20 flex flex-col gap-2 rounded-card border border-line-strong bg-raised px-4 py-3 max-md:bottom-2"
    >
      {refusal && (
        <p role="alert" className="flex gap-2 text-pretty text-blocked">
          <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {refusal}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p role="status" className="min-w-0">
          <span className="font-medium">{formatPlural(count, "unsaved change")}</span>
          {wrong > 0 && <span className="text-blocked">, {formatPlural(wrong, "field")} to put right</span>}
          {isRestored && wrong === 0 && <span className="text-muted">, from before</span>}
        </p>
        <div className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
          <Button onClick={onDiscard} disabled={isPending}>
            Discard
          </Button>
          <Button type="submit" look="primary" disabled={isPending}>
            {isPending ? "Saving …" : "Save"}
          </Button>
        </div>
      </div>
    </section>
  );
}
