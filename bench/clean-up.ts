const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What a row has to end and to remove again, the last first: in the end, and also when it is interrupted. */
export class CleanUp {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | null = null;

  constructor() {
    for (const signal of SIGNALS) process.once(signal, () => void this.run().finally(() => process.exit(1)));
  }

  /** Waits for something that starts, and ends it in the end, also where the interruption comes while it starts. */
  async add<T>(starting: Promise<T>, end: (started: T) => Promise<unknown>): Promise<T> {
    this.#steps.push(() => starting.then(end, () => {}));
    return starting;
  }

  run(): Promise<void> {
    this.#running ??= this.#runSteps();
    return this.#running;
  }

  async #runSteps(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      // One that cannot be ended must not keep the others.
      await step().catch((error) => console.error(error));
    }
  }
}
