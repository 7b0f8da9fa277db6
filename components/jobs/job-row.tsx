import { clsx } from "clsx";
import { Check, CircleDashed, LoaderCircle, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { resultWords, tookWords } from "@/components/jobs/job-words";
import { RequestNote } from "@/components/jobs/request-note";
import { type AskForRun, RunNow } from "@/components/jobs/run-now";
import { isUnderWay, type Runner, type ShownJob, type ShownRun } from "@/components/jobs/shown-job";
import { RelativeTime } from "@/components/ui/time";

type Props = {
  job: ShownJob;
  now: number;
  runner: Runner;
  /** Null for a viewer. */
  ask: AskForRun | null;
};

/** What comes so soon is due. */
const DUE_MS = 5000;

/** One job: how it stands, what it is for, what it did last and when it comes again. */
export function JobRow({ job, now, runner, ask }: Props) {
  const { id, description, schedule, nextAt, lastRun } = job;
  return (
    <li className="flex flex-col gap-2 border-t border-line px-4 py-3 first:border-t-0">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono text-sm font-medium">{id}</span>
            <StateBadge job={job} />
          </h3>
          <p className="mt-0.5 text-pretty text-muted">{description}.</p>
        </div>
        {ask && <RunNow job={id} isUnderWay={isUnderWay(job, now)} ask={ask} />}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs leading-5">
        <Fact term="Runs">
          {schedule}
          {nextAt - now < DUE_MS ? (
            ", due now"
          ) : (
            <>
              ; next <RelativeTime at={nextAt} now={now} />
            </>
          )}
        </Fact>
        <Fact term="Last">
          {lastRun ? <LastRun id={id} run={lastRun} now={now} /> : "It has never run here."}
        </Fact>
      </dl>
      {lastRun?.failingSince != null && <Failure run={lastRun} now={now} />}
      <RequestNote job={job} now={now} runner={runner} />
    </li>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{term}</dt>
      <dd className="min-w-0 text-pretty text-muted">{children}</dd>
    </>
  );
}

function LastRun({ id, run, now }: { id: string; run: ShownRun; now: number }) {
  const when = <RelativeTime at={run.startedAt} now={now} />;
  if (run.error !== null)
    return (
      <>
        {when}, failed after {tookWords(run.durationMs)}
      </>
    );
  return (
    <>
      {when}, took {tookWords(run.durationMs)}.{" "}
      <span className="text-ink">{resultWords(id, run.result)}</span>
    </>
  );
}

function Failure({ run, now }: { run: ShownRun; now: number }) {
  return (
    <div className="rounded-md bg-blocked-soft px-2.5 py-1.5 text-xs text-blocked">
      <p className="font-medium">
        Failing since <RelativeTime at={run.failingSince ?? run.startedAt} now={now} />
        {run.succeededAt === null ? "; it has never succeeded." : "; it is tried again by itself."}
      </p>
      <p className="mt-0.5 font-mono break-words">{run.error}</p>
    </div>
  );
}

type Badge = { icon: LucideIcon; word: string; className: string; isMoving?: boolean };

function badgeOf({ lastRun, isRunning }: ShownJob): Badge {
  if (lastRun?.failingSince != null)
    return { icon: TriangleAlert, word: "Failing", className: "bg-blocked-soft text-blocked" };
  // What runs many times a minute would only flicker.
  if (isRunning && (lastRun === null || lastRun.durationMs > 1000))
    return { icon: LoaderCircle, word: "Running", className: "bg-allowed-soft text-allowed", isMoving: true };
  if (lastRun === null)
    return { icon: CircleDashed, word: "Not run yet", className: "bg-unknown-soft text-unknown" };
  return { icon: Check, word: "Works", className: "bg-allowed-soft text-allowed" };
}

function StateBadge({ job }: { job: ShownJob }) {
  const { icon: Icon, word, className, isMoving } = badgeOf(job);
  return (
    <span
      className={clsx("inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium", className)}
    >
      <Icon className={clsx("size-3", isMoving && "motion-safe:animate-spin")} aria-hidden="true" />
      {word}
    </span>
  );
}
