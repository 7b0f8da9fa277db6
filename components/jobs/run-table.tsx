import { clsx } from "clsx";
import { Clock3, DatabaseZap, Hand, type LucideIcon, Plug } from "lucide-react";
import { tookWords } from "@/components/jobs/job-words";
import { Link } from "@/components/ui/link";
import { RelativeTime, Time } from "@/components/ui/time";
import type { DetectionRun } from "@/db/schema";
import { noRoomWords } from "@/lib/detection/block-room";
import { formatCount, formatSpan } from "@/lib/format";

/** A run of detection as the page shows it; times in milliseconds since 1970. */
export type ShownDetection = Pick<
  DetectionRun,
  "id" | "trigger" | "actor" | "durationMs" | "examined" | "flagged" | "error" | "details"
> & { startedAt: number; windowFrom: number; windowTo: number };

const TRIGGERS: Record<DetectionRun["trigger"], { icon: LucideIcon; words: (actor: string) => string }> = {
  schedule: { icon: Clock3, words: () => "By the clock" },
  manual: { icon: Hand, words: byWords },
  drain: { icon: DatabaseZap, words: () => "After a drain" },
  api: { icon: Plug, words: (actor) => `By event, ${actor}` },
};

function byWords(actor: string): string {
  const [kind, name] = actor.split(":");
  return kind === "cli" && name ? `By ${name}, on the command line` : `By ${actor}`;
}

/** `1 h`, `24 h`, `7 d`: how far back a run looked. */
function windowWords(seconds: number): string {
  const hours = seconds / 3600;
  if (!Number.isInteger(hours)) return formatSpan(seconds);
  return hours > 24 && hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}

/** Runs of detection, the last first. */
export function RunTable({ runs, now }: { runs: readonly ShownDetection[]; now: number }) {
  const head = "px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4";
  return (
    <table className="card-table">
      <thead>
        <tr className="shadow-[inset_0_-1px_var(--line)]">
          <th className={head}>Began</th>
          <th className={head}>Asked for</th>
          <th className={head}>Looked at</th>
          <th className={clsx(head, "text-right")}>Took</th>
          <th className={clsx(head, "text-right")}>Visitors</th>
          <th className={clsx(head, "text-right")}>Suspicious</th>
          <th className={head}>What followed</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, now }: { run: ShownDetection; now: number }) {
  const cell = "lg:px-3 lg:py-2 lg:align-top lg:first:pl-4 lg:last:pr-4";
  const number = clsx(cell, "text-xs max-lg:text-muted lg:text-right lg:whitespace-nowrap");
  const { icon: Icon, words } = TRIGGERS[run.trigger];
  return (
    <tr className="hover:bg-sunken/60 lg:border-b lg:border-line lg:last:border-0">
      <td className={clsx(cell, "whitespace-nowrap")}>
        <Time at={run.startedAt} style="log" />
        <p className="text-xs text-faint">
          <RelativeTime at={run.startedAt} now={now} />
        </p>
      </td>
      <td className={clsx(cell, "max-lg:row-start-1 max-lg:col-start-2")}>
        <span className="inline-flex items-center gap-1.5 text-xs text-muted">
          <Icon className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
          {words(run.actor)}
        </span>
      </td>
      <td className={clsx(cell, "text-xs text-muted max-lg:col-span-2")}>
        {windowWords((run.windowTo - run.windowFrom) / 1000)} until <Time at={run.windowTo} style="minute" />
      </td>
      <td className={number}>
        <span className="lg:hidden">Took </span>
        {tookWords(run.durationMs)}
      </td>
      <td className={number}>
        {formatCount(run.examined)}
        <span className="lg:hidden"> visitors examined</span>
      </td>
      <td
        className={clsx(
          number,
          "max-lg:col-span-2 max-lg:font-medium",
          run.flagged > 0 && "font-medium text-suspicious!",
        )}
      >
        {formatCount(run.flagged)}
        <span className="lg:hidden"> suspicious</span>
      </td>
      <td className={clsx(cell, "text-xs text-pretty max-lg:col-span-2 lg:w-2/5")}>
        <Outcome run={run} />
      </td>
    </tr>
  );
}

function Outcome({ run: { error, flagged, details } }: { run: ShownDetection }) {
  if (error !== null)
    return (
      <p className="text-blocked">
        <span className="font-medium">Failed.</span> <span className="font-mono break-words">{error}</span>
      </p>
    );
  const { noRoom = 0 } = details;
  const rules = Object.entries(details.rules).sort(([, one], [, other]) => other - one);
  const parts = [
    details.created > 0 && `${formatCount(details.created)} new`,
    details.reopened > 0 && `${formatCount(details.reopened)} opened again`,
    details.blocked > 0 && `${formatCount(details.blocked)} blocked`,
    // Who stands out in several hours of a long window is counted in each of them.
    details.wouldBlock > 0 &&
      `${formatCount(Math.min(flagged, details.wouldBlock))} would be blocked if enforced`,
    details.guarded > 0 && `${formatCount(details.guarded)} protected`,
    details.failed > 0 && `${formatCount(details.failed)} could not be blocked`,
  ].filter((part) => part !== false);
  if (flagged === 0 && details.site.length === 0)
    return <p className="text-faint">Nobody to do anything about</p>;
  return (
    <>
      <p>{parts.join(", ") || "Known before, nothing new"}</p>
      {noRoom > 0 && <p className="text-blocked">{noRoomWords(noRoom)}</p>}
      <p className="text-faint">
        {rules.map(([rule, count], index) => (
          <span key={rule}>
            {index > 0 && ", "}
            <Link href={`/suspicious?reason=${rule}`} className="font-mono hover:underline">
              {rule}
            </Link>
            {count > 1 && ` ${formatCount(count)}`}
          </span>
        ))}
      </p>
      {details.site.map(({ rule, sentence }) => (
        <p key={rule} className="text-suspicious">
          {sentence}
        </p>
      ))}
    </>
  );
}
