/** A job as the page shows it; times in milliseconds since 1970. */
export type ShownJob = {
  id: string;
  description: string;
  /** When it runs, in words. */
  schedule: string;
  nextAt: number;
  lastRun: ShownRun | null;
  isRunning: boolean;
  requested: ShownRequest | null;
};

export type ShownRun = {
  startedAt: number;
  durationMs: number;
  error: string | null;
  result: Readonly<Record<string, number>> | null;
  succeededAt: number | null;
  failingSince: number | null;
};

/** A run that somebody asked for on the page. */
export type ShownRequest = {
  actor: string;
  askedAt: number;
  state: "queued" | "running" | "done" | "failed";
  startedAt: number | null;
  durationMs: number | null;
  result: Readonly<Record<string, number>> | null;
  error: string | null;
};

/** Who runs the jobs: the scheduler of one machine, or Inngest. */
export type Runner = "scheduler" | "inngest";
export const RUNNER_WORDS: Record<Runner, string> = { scheduler: "the scheduler", inngest: "Inngest" };

/** A wish that is not fulfilled yet: the page looks more often meanwhile. */
export function isUnderWay({ requested }: ShownJob, now: number): boolean {
  if (!requested || now - requested.askedAt > REQUEST_SHOWN_MS) return false;
  return requested.state === "queued" || requested.state === "running";
}

/** How long the page speaks of a run that was asked for. */
export const REQUEST_SHOWN_MS = 10 * 60_000;
