import { KEYS, type Redis } from "@/lib/redis";

/** Milliseconds that a request of a signed-in user waits for the list at the most. */
export const SESSION_WAIT_MS = 400;
/** Milliseconds after a failure in which nobody waits: the last known list holds. */
const REST_MS = 5000;

export type SessionListOptions = {
  /** Asks the edge store for the ids of the sessions that go on. */
  fetch: () => Promise<ReadonlySet<string>>;
  /** Seconds for which an answer is taken as current without asking. */
  ttlSeconds: number;
  now?: () => number;
};

/**
 * The sessions that go on, as a door knows them: a genuine token of one that has ended is a stranger's within
 * `ttlSeconds`. Only requests with a genuine token ask; while the store does not answer the last known list holds, and
 * without one everybody is a stranger, whose limits are the narrower ones.
 */
export class SessionList {
  #ids: ReadonlySet<string> = new Set();
  #checkedAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<void> | null = null;

  constructor(readonly options: SessionListOptions) {}

  isOn(sessionId: string): boolean | Promise<boolean> {
    const now = this.#now();
    const age = now - this.#checkedAt;
    const isCurrent = age >= 0 && age <= this.options.ttlSeconds * 1000;
    if (isCurrent || now < this.#restUntil) return this.#ids.has(sessionId);
    this.#inFlight ??= this.#fetch(now).finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight.then(() => this.#ids.has(sessionId));
  }

  async #fetch(startedAt: number): Promise<void> {
    try {
      this.#ids = await this.options.fetch();
      this.#checkedAt = startedAt;
    } catch {
      // The rules, which come from the same store, say that it does not answer.
      this.#restUntil = this.#now() + REST_MS;
    }
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

/** Reads the list that `writeSessionList` wrote; a store that was emptied knows nobody. */
export async function readSessionList(redis: Redis): Promise<ReadonlySet<string>> {
  const text = await redis.get<string>(KEYS.sessions);
  return new Set(text ? text.split(",") : []);
}

/** Replaces the list by these ids. */
export async function writeSessionList(redis: Redis, ids: readonly string[]): Promise<void> {
  await redis.set(KEYS.sessions, ids.join(","));
}
