import { uuidv7 } from "uuidv7";
import { messageOf } from "@/lib/errors";
import type { RequestEvent } from "@/lib/events/request-event";
import type { AppendResult, StoredBatch } from "@/lib/events/store";
import { seal } from "@/lib/privacy/seal";

export type EventBufferOptions = {
  append: (batch: StoredBatch | null, dropped: number) => Promise<AppendResult>;
  sealKey: string;
  /** Milliseconds that events are gathered before they are sent. */
  flushMs: number;
  /** Events that wait in this process at the most; beyond that new ones are dropped and counted. */
  eventsMax?: number;
  /** Told with every answer of the store, so that nobody has to ask for the publication separately. */
  onPublication?: (publication: string) => void;
  warn?: (message: string) => void;
};

/** Events of one batch: about 200 kB sealed with ordinary requests. */
export const BATCH_EVENTS_MAX = 256;
const BATCH_CHARACTERS_MAX = 600_000;
const RETRY_MS = 1000;

/**
 * The events of one door, between the visit and the edge store. Recording never waits: events are gathered and sent in
 * sealed batches in the background. A batch that the store did not take stays and is tried again; the number of
 * waiting events is bounded, and what does not fit is counted and reported with the next batch.
 */
export class EventBuffer {
  #waiting: RequestEvent[] = [];
  #dropped = 0;
  #flushing: Promise<void> | null = null;
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
    if (this.#waiting.length >= BATCH_EVENTS_MAX && !this.#failing) this.#wake?.();
    this.#scheduled ??= this.#flushLater();
    return this.#scheduled;
  }

  /** Sends all that waits now; resolves when it is stored, or when the store has failed once. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#send().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #flushLater(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#failing ? RETRY_MS : this.options.flushMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    this.#scheduled = null;
    await this.flush();
    if (this.#waiting.length > 0) this.#scheduled ??= this.#flushLater();
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0 || this.#dropped > 0) {
      const batch = takeBatch(this.#waiting);
      const dropped = this.#dropped;
      try {
        const sealed = batch.length > 0 ? await sealBatch(batch, this.options.sealKey) : null;
        const answer = await this.options.append(sealed, dropped);
        this.#dropped -= dropped;
        this.#waiting.splice(0, batch.length);
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
}

function takeBatch(waiting: readonly RequestEvent[]): RequestEvent[] {
  let characters = 0;
  let count = 0;
  for (const event of waiting) {
    characters += 400 + event.path.length + event.userAgent.length + (event.query?.length ?? 0);
    if (count > 0 && characters > BATCH_CHARACTERS_MAX) break;
    if (++count === BATCH_EVENTS_MAX) break;
  }
  return waiting.slice(0, count);
}

async function sealBatch(events: readonly RequestEvent[], sealKey: string): Promise<StoredBatch> {
  const id = uuidv7();
  return { id, count: events.length, sealed: await seal(JSON.stringify(events), sealKey, id) };
}
