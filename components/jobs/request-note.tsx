import { clsx } from "clsx";
import { CircleCheck, Clock, LoaderCircle, type LucideIcon, TriangleAlert } from "lucide-react";
import { resultWords, tookWords } from "@/components/jobs/job-words";
import {
  REQUEST_SHOWN_MS,
  RUNNER_WORDS,
  type Runner,
  type ShownJob,
  type ShownRequest,
} from "@/components/jobs/shown-job";
import { RelativeTime } from "@/components/ui/time";

type Look = { icon: LucideIcon; className: string; isMoving?: boolean };

const LOOKS = {
  waiting: { icon: Clock, className: "bg-unknown-soft text-unknown" },
  running: { icon: LoaderCircle, className: "bg-allowed-soft text-allowed", isMoving: true },
  done: { icon: CircleCheck, className: "bg-allowed-soft text-allowed" },
  doubtful: { icon: TriangleAlert, className: "bg-limited-soft text-limited" },
  failed: { icon: TriangleAlert, className: "bg-blocked-soft text-blocked" },
} as const satisfies Record<string, Look>;

/** Seconds after which a wish should have been begun. */
const BEGUN_SECONDS: Record<Runner, number> = { scheduler: 15, inngest: 60 };
const START_MS = 3000;

/** What has become of a run that somebody asked for, for as long as that is news. */
export function RequestNote({ job, now, runner }: { job: ShownJob; now: number; runner: Runner }) {
  const { requested } = job;
  if (!requested || now - requested.askedAt > REQUEST_SHOWN_MS)
    return <div role="status" className="sr-only" />;
  const { look, words } = noteOf(job, requested, now, runner);
  const { icon: Icon, className, ...rest }: Look = LOOKS[look];
  return (
    <div role="status" className={clsx("flex items-start gap-2 rounded-md px-2.5 py-1.5 text-xs", className)}>
      <Icon
        className={clsx("mt-px size-3.5 shrink-0", rest.isMoving && "motion-safe:animate-spin")}
        aria-hidden="true"
      />
      <p className="min-w-0 text-pretty break-words">
        {words}{" "}
        <span className="whitespace-nowrap opacity-80">
          Asked for by {requested.actor} <RelativeTime at={requested.askedAt} now={now} />.
        </span>
      </p>
    </div>
  );
}

export function noteOf(
  job: Pick<ShownJob, "id" | "isRunning">,
  requested: ShownRequest,
  now: number,
  runner: Runner,
): { look: keyof typeof LOOKS; words: string } {
  const took = tookWords(requested.durationMs ?? 0);
  switch (requested.state) {
    case "queued": {
      const isLate = now - requested.askedAt > BEGUN_SECONDS[runner] * 1000;
      if (!isLate) return { look: "waiting", words: `Waiting for ${RUNNER_WORDS[runner]} to begin.` };
      return { look: "doubtful", words: LATE_WORDS[runner] };
    }
    case "running": {
      const since = now - (requested.startedAt ?? now);
      // Whoever runs a job holds its lock: a run without one has died with its process.
      if (job.isRunning || since < START_MS)
        return { look: "running", words: `Running for ${tookWords(since)}.` };
      return { look: "failed", words: "The run broke off: the process that ran it ended. Ask for it again." };
    }
    case "done":
      return { look: "done", words: `Done in ${took}. ${resultWords(job.id, requested.result)}` };
    case "failed":
      return {
        look: "failed",
        words: requested.startedAt
          ? `Failed after ${took}: ${requested.error}`
          : `Failed: ${requested.error}`,
      };
  }
}

const LATE_WORDS: Record<Runner, string> = {
  scheduler: "Nobody has begun it yet. Is Gatehouse running by npm start on this machine?",
  inngest: "Inngest has not begun it yet. Look there whether the app is synced and another run is at it.",
};
