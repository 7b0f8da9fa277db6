"use client";

import { useSyncExternalStore } from "react";
import { formatRelative, formatTime, formatUtc, type TimeStyle } from "@/lib/format";

const never = () => () => {};

/** False on the server and while its markup is taken over, true from then on. */
export function useIsMounted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

type Instant = Date | number | string;

/** A time in the reader's zone, in UTC on hover. The server, which does not know the zone, writes UTC in the same width. */
export function Time({ at, style = "minute" }: { at: Instant; style?: TimeStyle }) {
  const isMounted = useIsMounted();
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={formatUtc(date)} className="whitespace-nowrap">
      {formatTime(date, style, isMounted ? "local" : "UTC")}
    </time>
  );
}

const TICK_MS = 10_000;
let ticking: { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> } | null = null;

function onTick(listener: () => void): () => void {
  if (!ticking) {
    const listeners = new Set<() => void>();
    const timer = setInterval(() => {
      if (ticking) ticking.now = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
    ticking = { now: Date.now(), listeners, timer };
  }
  ticking.listeners.add(listener);
  return () => {
    ticking?.listeners.delete(listener);
    if (ticking?.listeners.size !== 0) return;
    clearInterval(ticking.timer);
    ticking = null;
  };
}

/** `in 3 h`, kept up to date; `now` is the server's, so that both sides begin with the same words. */
export function RelativeTime({ at, now }: { at: Instant; now: number }) {
  const current = useSyncExternalStore(
    onTick,
    () => Math.max(now, ticking?.now ?? now),
    () => now,
  );
  const isMounted = useIsMounted();
  const date = new Date(at);
  const local = isMounted ? `${formatTime(date, "full")} · ` : "";
  return (
    <time dateTime={date.toISOString()} title={`${local}${formatUtc(date)}`} className="whitespace-nowrap">
      {formatRelative(date, new Date(current))}
    </time>
  );
}
