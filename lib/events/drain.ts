import { readEvents } from "@/lib/events/batch-text";
import type { RequestEvent } from "@/lib/events/request-event";
import { type EventStore, parseBatch } from "@/lib/events/store";
import { unseal } from "@/lib/privacy/seal";

export type DrainDeps = {
  store: EventStore;
  sealKey: string;
  /** Inserts the events that are not there yet, with all that follows from them, and answers how many those were. */
  insert: (events: readonly RequestEvent[]) => Promise<number>;
  /** Batches that are read and acknowledged at once. */
  batchesPerRound?: number;
  /** Rounds of one run, so that a job ends. */
  roundsMax?: number;
  warn?: (message: string) => void;
};

export type DrainResult = {
  batches: number;
  events: number;
  inserted: number;
  /** Events that no schema fits, and events of batches that cannot be opened: set aside, never inserted. */
  rejected: number;
};

// Batches of a quiet site are small and many: each round costs commands, whatever it carries.
export const BATCHES_PER_ROUND = 32;
/** Events in one transaction. */
const EVENTS_PER_INSERT = 4096;

/**
 * Moves what waits in the edge store into Postgres. Reads, inserts, and only then acknowledges: a run that dies in
 * between is repeated, and the ids of the events keep it from counting anything twice.
 */
export async function drain(deps: DrainDeps): Promise<DrainResult> {
  const total: DrainResult = { batches: 0, events: 0, inserted: 0, rejected: 0 };
  const perRound = deps.batchesPerRound ?? BATCHES_PER_ROUND;
  for (let round = 0; round < (deps.roundsMax ?? 200); round++) {
    const texts = await deps.store.oldest(perRound);
    if (texts.length === 0) break;
    const opened = await Promise.all(texts.map((text) => openBatch(text, deps.sealKey)));
    const events = opened.flatMap((batch) => batch.events);
    let inserted = 0;
    for (let from = 0; from < events.length; from += EVENTS_PER_INSERT)
      inserted += await deps.insert(events.slice(from, from + EVENTS_PER_INSERT));
    const unreadable = opened.filter((batch) => batch.rejected > 0);
    if (unreadable.length > 0) {
      await deps.store.setAside(unreadable.map((batch) => batch.text));
      deps.warn?.(`${unreadable.length} batches of events could not be read whole and were set aside.`);
    }
    await deps.store.acknowledge(opened);
    total.batches += texts.length;
    total.events += events.length;
    total.inserted += inserted;
    total.rejected += unreadable.reduce((sum, batch) => sum + batch.rejected, 0);
    if (texts.length < perRound) break;
  }
  return total;
}

type OpenedBatch = { text: string; head: string; count: number; events: RequestEvent[]; rejected: number };

async function openBatch(text: string, sealKey: string): Promise<OpenedBatch> {
  const batch = parseBatch(text);
  if (!batch) return { text, head: text.slice(0, 256), count: 0, events: [], rejected: 1 };
  const head = `${batch.id}|${batch.count}|`;
  const json = await unseal(batch.sealed, sealKey, batch.id);
  if (json === null) return { text, head, count: batch.count, events: [], rejected: batch.count || 1 };
  return { text, head, count: batch.count, ...readEvents(json) };
}
