import { messageOf } from "@/lib/errors";
import type { RuleSet } from "@/lib/guard/rule-set";

/** Asks the edge store: the set that is published now, or null where it still is `known`. */
export type FetchRuleSet = (known: RuleSet | null) => Promise<RuleSet | null>;

export type RuleSetSourceOptions = {
  fetch: FetchRuleSet;
  /** Seconds for which an answer is taken as current without asking. */
  ttlSeconds: number;
  now?: () => number;
  warn?: (message: string) => void;
};

/** Milliseconds that a visitor waits for rules at the most. */
export const RULE_WAIT_MS = 500;
const WAIT_FACTOR = 1.75;

/**
 * The rule set of one door. A fresh one is used as it is; an ageing one is used while a newer one is asked for; one
 * that could be older than what "in force within 2 s" allows is waited for, at most `RULE_WAIT_MS`. While the store does
 * not answer nobody waits: the last known set stays in force, and attempts go on in the background.
 */
export class RuleSetSource {
  #current: RuleSet | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failing = false;
  #inFlight: Promise<void> | null = null;

  constructor(readonly options: RuleSetSourceOptions) {}

  get current(): RuleSet | null {
    return this.#current;
  }

  /** Whether the last attempt to ask the store failed. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Milliseconds since the store last said that this set is the current one. */
  get ageMs(): number {
    return this.#now() - this.#checkedAt;
  }

  /** The refresh under way, for a runtime that must be told what to wait for (`waitUntil`). */
  get pending(): Promise<void> | null {
    return this.#inFlight;
  }

  /** The set for a visit: at once where it may be used, else a promise of it. */
  get(): RuleSet | null | Promise<RuleSet | null> {
    const ttl = this.options.ttlSeconds * 1000;
    const age = this.ageMs;
    if (age >= 0 && age <= ttl) return this.#current;
    const refresh = this.#refresh();
    if (this.#failing || (this.#current && age >= 0 && age <= ttl * WAIT_FACTOR)) return this.#current;
    return refresh ? Promise.race([refresh, delay(RULE_WAIT_MS)]).then(() => this.#current) : this.#current;
  }

  /** Takes note of the publication that another answer of the store named: a refresh saved, or one that is due. */
  noteVersion(publicationId: string): void {
    if (this.#current?.id === publicationId) {
      this.#checkedAt = this.#now();
      this.#failing = false;
    } else {
      this.#checkedAt = Number.NEGATIVE_INFINITY;
      void this.#refresh();
    }
  }

  #refresh(): Promise<void> | null {
    if (this.#inFlight) return this.#inFlight;
    const startedAt = this.#now();
    const sinceAttempt = startedAt - this.#attemptedAt;
    if (this.#failing && sinceAttempt >= 0 && sinceAttempt < this.options.ttlSeconds * 1000) return null;
    this.#attemptedAt = startedAt;
    this.#inFlight = this.#fetch(startedAt).finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight;
  }

  async #fetch(startedAt: number): Promise<void> {
    try {
      this.#current = (await this.options.fetch(this.#current)) ?? this.#current;
      this.#checkedAt = startedAt;
      if (this.#failing) this.options.warn?.("The edge store answers again: rules are current.");
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.options.warn?.(
          `The edge store does not answer (${messageOf(error)}): the last known rules stay in force.`,
        );
      }
      this.#failing = true;
    }
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
