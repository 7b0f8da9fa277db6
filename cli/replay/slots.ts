/** So many things at a time: whoever wants one more waits, in the order of asking. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #taken = 0;

  constructor(readonly size: number) {}

  async take(): Promise<void> {
    if (this.#taken >= this.size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken++;
  }

  /** Passes the slot on to who waits longest. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken--;
    if (this.#taken === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when all slots have been given back. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
