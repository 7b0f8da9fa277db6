import { setTimeout as sleep } from "node:timers/promises";

export type PaceOptions = {
  /** How many times the log's own pace; null for as fast as it goes. */
  speed: number | null;
  signal: AbortSignal;
  now?: () => number;
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** Lets requests go in the log's order, at a multiple of its own pace: never one before its time. */
export class Pace {
  #start: { log: number; clock: number } | null = null;
  /** Milliseconds by which the last request went too late. */
  behindMs = 0;

  constructor(readonly options: PaceOptions) {}

  /** Resolves when a request of this time may go; at once where it is late, or the replay was stopped. */
  async until(at: Date): Promise<void> {
    const { speed, signal } = this.options;
    if (speed === null) return;
    const now = this.options.now ?? performance.now.bind(performance);
    this.#start ??= { log: at.getTime(), clock: now() };
    const due = this.#start.clock + (at.getTime() - this.#start.log) / speed;
    const aheadMs = due - now();
    this.behindMs = Math.max(0, -aheadMs);
    if (aheadMs > 0 && !signal.aborted) await (this.options.wait ?? wait)(aheadMs, signal);
  }
}

// A timer of Node.js holds 24.8 days at the most: longer ones would fire at once.
const TIMER_MS_MAX = 2 ** 31 - 1;

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0; left -= TIMER_MS_MAX) {
    try {
      await sleep(Math.min(left, TIMER_MS_MAX), undefined, { signal });
    } catch {
      return;
    }
  }
}
