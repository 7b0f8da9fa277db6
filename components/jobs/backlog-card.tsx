import { clsx } from "clsx";
import { CircleCheck, CloudOff, type LucideIcon, OctagonX, TrendingUp } from "lucide-react";
import {
  type BacklogState,
  type BacklogWords,
  fillWords,
  type ShownBacklog,
} from "@/components/jobs/backlog-words";
import { Card } from "@/components/ui/card";
import { formatPlural } from "@/lib/format";

const LOOKS: Record<BacklogState, { icon: LucideIcon; word: string; className: string; fill: string }> = {
  calm: {
    icon: CircleCheck,
    word: "Calm",
    className: "bg-allowed-soft text-allowed",
    fill: "var(--allowed-fill)",
  },
  growing: {
    icon: TrendingUp,
    word: "Growing",
    className: "bg-limited-soft text-limited",
    fill: "var(--limited-fill)",
  },
  stuck: {
    icon: OctagonX,
    word: "Stuck",
    className: "bg-blocked-soft text-blocked",
    fill: "var(--blocked-fill)",
  },
};

/** What waits at the edge to be stored, and what that means. Null: the edge store does not answer. */
export function BacklogCard({
  backlog,
  words,
}: {
  backlog: ShownBacklog | null;
  words: BacklogWords | null;
}) {
  if (!backlog || !words) {
    return (
      <Card title="Backlog">
        <p className="flex items-center gap-2 font-medium text-blocked">
          <CloudOff className="size-4 shrink-0" aria-hidden="true" />
          The edge store does not answer
        </p>
        <p className="mt-1 text-xs text-pretty text-muted">
          What waits there cannot be seen. The doors go on by the rules they know, and keep what they see in
          memory for a while. Look whether Redis runs and whether its address and token are right.
        </p>
      </Card>
    );
  }
  const { icon: Icon, word, className, fill } = LOOKS[words.state];
  const badge = (
    <span
      className={clsx("inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium", className)}
    >
      <Icon className="size-3" aria-hidden="true" />
      {word}
    </span>
  );
  return (
    <Card title="Backlog" aside={badge}>
      <p className="text-base font-medium text-pretty">{words.headline}</p>
      <svg aria-hidden="true" className="mt-3 block h-1.5 w-full overflow-hidden rounded-full">
        <title>How full the buffer is</title>
        <rect width="100%" height="100%" fill="var(--sunken)" />
        <rect width={`${widthOf(backlog)}%`} height="100%" fill={fill} />
      </svg>
      <p className="mt-1 text-xs text-faint">{fillWords(backlog)} that the buffer holds</p>
      <p className="mt-3 text-xs text-pretty text-muted">{words.advice}</p>
      {backlog.droppedEvents > 0 && (
        <p className="mt-2 rounded-md bg-limited-soft px-2.5 py-1.5 text-xs text-pretty text-limited">
          {formatPlural(backlog.droppedEvents, "request was", "requests were")} not recorded so far, because
          the buffer was full or the edge store away. Nobody was let in or turned away for that.
        </p>
      )}
    </Card>
  );
}

/** Percent; what is not nothing can be seen. */
function widthOf({ waitingEvents, capacity }: ShownBacklog): number {
  if (waitingEvents === 0) return 0;
  return Math.min(100, Math.max(1, (100 * waitingEvents) / capacity));
}
