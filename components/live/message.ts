import type { SecondCount } from "@/db/request-logs";
import type { Action } from "@/lib/guard/verdict";

export type { SecondCount };

/** A request as the live panel shows it. */
export type LiveRequest = {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  method: string;
  path: string;
  status: number | null;
  verdict: Action;
  countryCode: string | null;
  handle: string;
};

/**
 * What `/api/live` sends once a second. Both lists are whole for their span, so that a message may be lost or come
 * twice: the first message covers `LIVE_SECONDS`, the following ones the seconds in which late events still come in.
 */
export type LiveMessage = {
  now: number;
  seconds: SecondCount[];
  requests: LiveRequest[];
  suspects: LiveSuspects;
};

/** How many suspicious targets need a decision, and when one was detected last (milliseconds since 1970). */
export type LiveSuspects = { open: number; detectedAt: number | null };

/** How far back the panel looks. */
export const LIVE_SECONDS = 300;
export const LIVE_REQUESTS = 24;
