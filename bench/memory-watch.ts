const SAMPLE_MS = 20;
const MEGABYTE = 1_048_576;

/** Watches what this process keeps resident in memory, its peaks between two looks of the event loop included. */
export class MemoryWatch {
  #timer: NodeJS.Timeout | null = null;
  #start = 0;
  #peak = 0;

  start(): void {
    this.#start = process.memoryUsage.rss();
    this.#peak = this.#start;
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS);
  }

  /** Megabytes at the start and at the most. */
  stop(): { startMb: number; peakMb: number } {
    if (this.#timer) clearInterval(this.#timer);
    this.#look();
    return { startMb: Math.round(this.#start / MEGABYTE), peakMb: Math.round(this.#peak / MEGABYTE) };
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
