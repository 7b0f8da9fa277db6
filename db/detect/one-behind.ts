/**
 * Work in order, one piece after the other, while the next piece is being prepared: so that preparing and concluding
 * share the time and no more than two pieces lie in memory.
 */
export class OneBehind {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the piece before and begins this one. @throws what the piece before has thrown. */
  async begin(work: () => Promise<void>): Promise<void> {
    await this.#last;
    this.#last = work();
    // Told to whoever waits for it, and nobody may yet.
    this.#last.catch(() => {});
  }

  /** Waits for what was begun last. @throws what it has thrown. */
  async finish(): Promise<void> {
    await this.#last;
  }
}
