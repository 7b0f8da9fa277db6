import { formatCount, formatPlural, formatShare, formatSpan } from "@/lib/format";

/** What waits at the edge to be stored; times in milliseconds since 1970. */
export type ShownBacklog = {
  waitingEvents: number;
  droppedEvents: number;
  oldestAt: number | null;
  /** Events that may wait before further ones are dropped. */
  capacity: number;
};

export type BacklogState = "calm" | "growing" | "stuck";
export type BacklogWords = { state: BacklogState; headline: string; advice: string };

type Circumstances = {
  now: number;
  /** Seconds between two drains. */
  paceSeconds: number;
  isDrainFailing: boolean;
  runner: "scheduler" | "inngest";
};

/** A drain may come late by so much before that means anything. */
const LATE_SECONDS = 5;
const STUCK_SECONDS = 60;
const FULL_SHARE = 0.5;

/** How it stands with what waits, and what to do. */
export function backlogWords(backlog: ShownBacklog, around: Circumstances): BacklogWords {
  const { waitingEvents, oldestAt, capacity } = backlog;
  const ageSeconds = oldestAt === null ? 0 : Math.max(0, (around.now - oldestAt) / 1000);
  const state = stateOf(backlog, ageSeconds, around);
  return {
    state,
    headline: headlineOf(waitingEvents, ageSeconds),
    advice: adviceOf(state, capacity, around),
  };
}

function stateOf(
  { waitingEvents, capacity }: ShownBacklog,
  ageSeconds: number,
  { paceSeconds, isDrainFailing }: Circumstances,
): BacklogState {
  const isFull = waitingEvents >= capacity;
  const isOverdue = ageSeconds > Math.max(STUCK_SECONDS, 4 * paceSeconds);
  if (isFull || isOverdue || (isDrainFailing && waitingEvents > 0)) return "stuck";
  const isLate = ageSeconds > 2 * paceSeconds + LATE_SECONDS;
  return isLate || waitingEvents > FULL_SHARE * capacity ? "growing" : "calm";
}

function headlineOf(waitingEvents: number, ageSeconds: number): string {
  if (waitingEvents === 0) return "Nothing is waiting";
  const age = ageSeconds < 1 ? "for less than a second" : `the oldest for ${formatSpan(ageSeconds)}`;
  return `${formatPlural(waitingEvents, "request")} waiting, ${age}`;
}

function adviceOf(state: BacklogState, capacity: number, { isDrainFailing, runner }: Circumstances): string {
  const limit = `Nothing is lost until ${formatCount(capacity)} wait.`;
  switch (state) {
    case "calm":
      return "Requests are stored as fast as they come.";
    case "growing":
      return `More comes than is stored. ${limit} If it does not fall within minutes, Postgres is too slow: look at its load.`;
    case "stuck":
      if (isDrainFailing) return `drain-events fails: what it says stands beside its name. ${limit}`;
      return runner === "scheduler"
        ? `Nobody stores them. Is Gatehouse running by npm start on this machine? ${limit}`
        : `Nobody stores them. Look in Inngest whether the app is synced and its runs succeed. ${limit}`;
  }
}

/** How full the buffer is, in words. */
export function fillWords({ waitingEvents, capacity }: ShownBacklog): string {
  return `${formatShare(waitingEvents, capacity)} of ${formatCount(capacity)}`;
}
