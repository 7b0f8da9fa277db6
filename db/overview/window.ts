import { type SQL, sql } from "drizzle-orm";
import { RANGE_SECONDS, type RangeName, type TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

const HOUR_MS = 3_600_000;

/** A span of time in steps of equal length, the first and last of which may lie in it only partly. */
export type Window = TimeRange & { readonly stepSeconds: number };

const STEP_SECONDS: Record<RangeName, number> = { "1h": 60, "24h": 3600, "7d": 3600, "30d": 21_600 };

/** The range that ends now, and the one of the same length before it. */
export function windowsOf(range: RangeName, now: Date): { current: Window; before: Window } {
  const length = RANGE_SECONDS[range] * 1000;
  const at = (shift: number) => new Date(now.getTime() - shift);
  const stepSeconds = STEP_SECONDS[range];
  return {
    current: { from: at(length), to: now, stepSeconds },
    before: { from: at(2 * length), to: at(length), stepSeconds },
  };
}

export const instant = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;
export const hourFloor = (at: Date): Date => new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
const hourCeil = (at: Date): Date => new Date(Math.ceil(at.getTime() / HOUR_MS) * HOUR_MS);

export const inSpan = (span: TimeRange): SQL =>
  sql`id >= ${uuidFloor(span.from)}::uuid and id < ${uuidFloor(span.to)}::uuid`;

/**
 * Which part of a window is read from the counts by hour, and which from the requests themselves: the hours that lie
 * in it only partly, or all of it where its steps are shorter. The hour that is still running counts as whole.
 */
export function splitByHour(window: Window, now: Date): { hours: TimeRange | null; rest: TimeRange[] } {
  const first = hourCeil(window.from);
  const isOpen = window.to.getTime() >= now.getTime();
  const last = isOpen ? window.to : hourFloor(window.to);
  if (window.stepSeconds < 3600 || first >= last) return { hours: null, rest: [window] };
  const edges = [
    { from: window.from, to: first },
    { from: last, to: window.to },
  ];
  return { hours: { from: first, to: last }, rest: edges.filter((edge) => edge.from < edge.to) };
}
