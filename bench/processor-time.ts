import { readFileSync } from "node:fs";

const TICK_MS = 10;

/** Milliseconds of processor time that processes have taken since they started; null where the system does not tell. */
export function processorMs(pids: readonly number[]): number | null {
  let sum: number | null = null;
  for (const pid of pids) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The program's name stands in parentheses and may hold anything.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      sum = (sum ?? 0) + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    } catch {
      // It has ended, or this is no Linux.
    }
  }
  return sum;
}

/** Adds up what processes take for requests, over several turns. */
export class ProcessorWatch {
  #milliseconds = 0;
  #requests = 0;

  constructor(readonly pids: () => readonly number[]) {}

  async around<T extends { requests: number }>(run: () => Promise<T>): Promise<T> {
    const before = processorMs(this.pids());
    const result = await run();
    const after = processorMs(this.pids());
    if (before !== null && after !== null) {
      this.#milliseconds += after - before;
      this.#requests += result.requests;
    }
    return result;
  }

  /** Microseconds a request, null where nobody knows. */
  get microsecondsEach(): number | null {
    return this.#requests === 0 ? null : (this.#milliseconds / this.#requests) * 1000;
  }
}
