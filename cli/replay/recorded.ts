import { setTimeout as sleep } from "node:timers/promises";
import type { EventStats } from "@/lib/events/store";

export type RecordedDeps = {
  /** Rows of the replay's span of time. */
  countRows: () => Promise<number>;
  /** What waits in the edge store; null where nobody can ask it. */
  readStats: (() => Promise<EventStats>) | null;
  /** Milliseconds that a door may keep events before it sends them. */
  flushMs: number;
  pollMs?: number;
  /** Milliseconds without any change after which there is nothing more to wait for. */
  patienceMs?: number;
};

export type Recorded = {
  /** Rows that have come since the replay began. */
  rows: number;
  /** Events that still waited when the waiting ended. */
  waiting: number;
  dropped: number;
};

/**
 * Remembers what is on record, for `settle` to wait at the end until what was sent is there too. It waits as long as
 * something moves: doors send in batches, and the drain takes them a piece at a time.
 */
export async function watchRecords(deps: RecordedDeps): Promise<{ settle(sent: number): Promise<Recorded> }> {
  const look = async (): Promise<Recorded> => {
    const stats = await deps.readStats?.();
    return {
      rows: await deps.countRows(),
      waiting: stats?.waitingEvents ?? 0,
      dropped: stats?.droppedEvents ?? 0,
    };
  };
  const before = await look();
  const patienceMs = (deps.patienceMs ?? 8000) + deps.flushMs;

  return {
    async settle(sent) {
      let changedAt = performance.now();
      for (let last: Recorded | null = null; ; await sleep(deps.pollMs ?? 250)) {
        const now = await look();
        const seen = { ...now, rows: now.rows - before.rows, dropped: now.dropped - before.dropped };
        const isAll = seen.rows + seen.dropped >= sent;
        if (isAll && seen.waiting === 0) return seen;
        // Once all is there, what moves are other visitors: a site is never still.
        if (!isAll && (seen.rows !== last?.rows || seen.waiting !== last.waiting))
          changedAt = performance.now();
        if (performance.now() - changedAt > patienceMs) return seen;
        last = seen;
      }
    },
  };
}
