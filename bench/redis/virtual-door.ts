import { EventBuffer } from "@/lib/events/buffer";
import type { RequestEvent } from "@/lib/events/request-event";
import { EventStore } from "@/lib/events/store";
import { RuleSetSource } from "@/lib/guard/rule-set-source";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import type { Redis } from "@/lib/redis";

const VERSION = "p2|bench|0|0|1";
const EVENTS_MAX = 200_000;

/** What stands for an event in size: the door's own would differ by path and agent. */
const EVENT = { path: "/a/page/of/the/site", userAgent: "x".repeat(110), query: null } as RequestEvent;

/**
 * An edge store that only counts: every command that is sent, and the batches that wait. What the door's code may ask of it
 * is here, and nothing else.
 */
export class CountingStore {
  commands = 0;
  waitingBatches = 0;

  /** Typed as the client: the door's code takes it for one. */
  asRedis(): Redis {
    const count = <Answer>(answer: Answer): Promise<Answer> => {
      this.commands++;
      return Promise.resolve(answer);
    };
    const commands = {
      get: () => count(VERSION),
      linsert: () => count(++this.waitingBatches),
      hincrby: () => count(0),
      createScript: () => ({}),
    };
    return commands as unknown as Redis;
  }
}

/** The door's own way of asking and sending, on a clock that is set: time passes only from one thing to do to the next. */
export class VirtualDoor {
  readonly #source: RuleSetSource;
  readonly #events: EventBuffer;
  #now = 0;
  #timer: { at: number; run: () => void } | null = null;
  #flushed: Promise<void> = Promise.resolve();

  constructor(redis: Redis, options: { ttlSeconds: number; flushMs: number }) {
    const store = new EventStore(redis);
    const append: EventBuffer["options"]["append"] = (batch, dropped) =>
      store.append(batch, dropped, EVENTS_MAX);
    this.#events = new EventBuffer({
      append,
      sealKey: "bench",
      flushMs: options.flushMs,
      onPublication: () => this.#source.noteVersion("bench"),
      later: (run, milliseconds) => {
        const timer = { at: this.#now + milliseconds, run };
        this.#timer = timer;
        return () => {
          if (this.#timer === timer) this.#timer = null;
        };
      },
    });
    const ask = async () => (await this.#events.ride(append)) ?? (await store.readPublication(redis));
    this.#source = new RuleSetSource({
      fetch: ruleSetFetcher(redis, ask),
      ttlSeconds: options.ttlSeconds,
      now: () => this.#now,
    });
  }

  async visit(at: number): Promise<void> {
    await this.passTo(at);
    const rules = this.#source.get();
    if (rules instanceof Promise) await rules;
    this.#flushed = this.#events.record(EVENT);
    await this.#source.pending;
  }

  /** Lets time pass, with what is due meanwhile. */
  async passTo(at: number): Promise<void> {
    const timer = this.#timer;
    if (timer && timer.at <= at) {
      this.#now = timer.at;
      this.#timer = null;
      timer.run();
      await this.#flushed;
    }
    this.#now = at;
  }
}
