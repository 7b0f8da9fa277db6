import { uuidv7 } from "uuidv7";
import { messageOf } from "@/lib/errors";
import { writeEvents } from "@/lib/events/batch-text";
import type { RequestEvent } from "@/lib/events/request-event";
import type { AppendResult, StoredBatch } from "@/lib/events/store";
import { seal } from "@/lib/privacy/seal";

export type AppendBatch = (batch: StoredBatch | null, dropped: number) => Promise<AppendResult>;

export type EventBufferOptions = {
  append: AppendBatch;
  sealKey: string;
  /** Milliseconds that events are gathered before they are sent. */
  flushMs: number;
  /** Events that wait in this process at the most; beyond that new ones are dropped and counted. */
  eventsMax?: number;
  /** Told with every answer of the store, so that nobody has to ask for the publication separately. */
  onPublication?: (publication: string) => void;
  warn?: (message: string) => void;
  /** Runs something later, and returns what calls that off: `setTimeout`, but for a clock that is passed in. */
  later?: (run: () => void, milliseconds: number) => () => void;
};

/** Events of one batch: about 70 kB sealed with ordinary requests, a third of that in a flood. */
export const BATCH_EVENTS_MAX = 512;
const BATCH_CHARACTERS_MAX = 600_000;
const RETRY_MS = 1000;
/** What may ride on a question that a visitor waits for: some 20 kB sealed, 60 at the most. */
const RIDE_EVENTS_MAX = 128;
const RIDE_CHARACTERS_MAX = 40_000;

/**
 * The events of one door, between the visit and the edge store. Recording never waits: events are gathered and sent in
 * sealed batches in the background. A batch that the store did not take stays and is tried again; the number of
 * waiting events is bounded, and what does not fit is counted and reported with the next batch.
 */
export class EventBuffer {
  #waiting: RequestEvent[] = [];
  #dropped = 0;
  /** The first so many of those that wait are on their way. */
  #sending = 0;
  #flushing: Promise<void> | null = null;
  #riding: Promise<AppendResult> | null = null;
  #scheduled: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #failing = false;

  constructor(readonly options: EventBufferOptions) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes an event, and returns the flush that will carry it, for a runtime that must be told what to wait for. */
  record(event: RequestEvent): Promise<void> {
    if (this.#waiting.length >= (this.options.eventsMax ?? 20_000)) this.#dropped++;
    else this.#waiting.push(event);
    if (this.#waiting.length - this.#sending >= BATCH_EVENTS_MAX && !this.#failing) this.#wake?.();
    this.#scheduled ??= this.#flushLater();
    return this.#scheduled;
  }

  /**
   * Sends the oldest events with a question for the publication that is due anyway, by the caller's quick way, and answers
   * with the publication's text; null where nothing waits, or something is on its way already. Somebody waits for it, so
   * it carries only a few.
   * @throws what `append` throws; the events then wait on.
   */
  async ride(append: AppendBatch): Promise<string | null> {
    if (this.#flushing || this.#riding || this.#failing || this.#waiting.length === 0) return null;
    const batch = takeBatch(this.#waiting, RIDE_EVENTS_MAX, RIDE_CHARACTERS_MAX);
    this.#riding = this.#sendBatch(batch, append).finally(() => {
      this.#riding = null;
    });
    const { publication } = await this.#riding;
    // Whoever waits for the flush that was to carry them need not wait for its time.
    if (this.#waiting.length === 0) this.#wake?.();
    return publication;
  }

  /** Sends all that waits now; resolves when it is stored, or when the store has failed once. */
  async flush(): Promise<void> {
    if (this.#flushing) {
      // It takes what waited when it began, which need not be all.
      await this.#flushing;
      if (this.#failing) return;
    }
    this.#flushing ??= this.#send().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #flushLater(): Promise<void> {
    await new Promise<void>((resolve) => {
      const later = this.options.later ?? laterByTimeout;
      const cancel = later(resolve, this.#failing ? RETRY_MS : this.options.flushMs);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = null;
    this.#scheduled = null;
    await this.flush();
    if (this.#waiting.length > 0) this.#scheduled ??= this.#flushLater();
  }

  // What comes meanwhile waits for its own time, or until it fills a batch: under load a handful comes with each answer of
  // the store, and would be sent by a request of its own.
  async #send(): Promise<void> {
    await this.#riding?.catch(() => {});
    let due = this.#waiting.length;
    while (due > 0 || this.#waiting.length >= BATCH_EVENTS_MAX || this.#dropped > 0) {
      const batch = takeBatch(this.#waiting, BATCH_EVENTS_MAX, BATCH_CHARACTERS_MAX);
      try {
        const answer = await this.#sendBatch(batch, this.options.append);
        due -= batch.length;
        if (this.#failing) this.options.warn?.("Events are stored again.");
        this.#failing = false;
        this.options.onPublication?.(answer.publication);
      } catch (error) {
        if (!this.#failing)
          this.options.warn?.(`Events cannot be stored (${messageOf(error)}): they wait in memory.`);
        this.#failing = true;
        return;
      }
    }
  }

  async #sendBatch(batch: readonly RequestEvent[], append: AppendBatch): Promise<AppendResult> {
    const dropped = this.#dropped;
    this.#sending = batch.length;
    try {
      const sealed = batch.length > 0 ? await sealBatch(batch, this.options.sealKey) : null;
      const answer = await append(sealed, dropped);
      this.#dropped -= dropped;
      this.#waiting.splice(0, batch.length);
      return answer;
    } finally {
      this.#sending = 0;
    }
  }
}

function laterByTimeout(run: () => void, milliseconds: number): () => void {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
}

function takeBatch(
  waiting: readonly RequestEvent[],
  eventsMax: number,
  charactersMax: number,
): RequestEvent[] {
  let characters = 0;
  let count = 0;
  for (const event of waiting) {
    characters += charactersOf(event);
    if (count > 0 && characters > charactersMax) break;
    if (++count === eventsMax) break;
  }
  return waiting.slice(0, count);
}

/** What an event takes at the most: with others like it, it takes far less. */
function charactersOf({ path, userAgent, query, host, referrerHost }: RequestEvent): number {
  const texts = [path, userAgent, query, host, referrerHost];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 200);
}

async function sealBatch(events: readonly RequestEvent[], sealKey: string): Promise<StoredBatch> {
  const id = uuidv7();
  return { id, count: events.length, sealed: await seal(writeEvents(events), sealKey, id) };
}
