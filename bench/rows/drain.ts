import { CleanUp } from "@/bench/clean-up";
import { startDatabase } from "@/bench/database";
import { generateRequests } from "@/bench/generate-requests";
import { makeEvents } from "@/bench/made-events";
import { type Figure, type Row, spreadOf, spreadText } from "@/bench/row";
import type { Database } from "@/db/client";
import { createLocator } from "@/db/geo";
import { countTexts, insertRows, recordEvents } from "@/db/record";
import { type RecordRow, type RowDeps, toRows } from "@/db/record-rows";
import { textIds } from "@/db/texts";
import { readEnv } from "@/lib/env";
import { writeEvents } from "@/lib/events/batch-text";
import { BATCH_EVENTS_MAX } from "@/lib/events/buffer";
import { drain } from "@/lib/events/drain";
import type { RequestEvent } from "@/lib/events/request-event";
import { EventStore, formatBatch } from "@/lib/events/store";
import { seal } from "@/lib/privacy/seal";
import { edgeStore } from "@/lib/redis";
import { uuidAt } from "@/lib/uuid";

const RATIO_MIN = 0.35;
const ROUNDS = 5;
/** Events of one round, and rows on record before the last rounds. */
const EVENTS = 30_000;
const ON_RECORD = 5_000_000;
const LINEAR_MIN = 0.8;
/** As many as the drain inserts at once. */
const BATCH = 4096;
const SEAL_KEY = "bench";
const DAY_MS = 86_400_000;

/** Batches that wait in this process: what the network to the edge store costs is not the drain's work. */
class HeldBatches extends EventStore {
  constructor(readonly held: string[]) {
    super(
      edgeStore(readEnv({ UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN: "-" })),
    );
  }
  override oldest = async (count: number) => this.held.slice(0, count);
  override acknowledge = async (batches: readonly unknown[]) => this.held.splice(0, batches.length).length;
}

type Round = { drained: number; inserted: number };

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  try {
    const db = await startDatabase(cleanUp);
    const deps = { locator: createLocator(), hashKey: "bench", privacy: "hashed" as const };
    const empty = await measure(db, deps, log);
    const now = new Date();
    const window = { from: new Date(now.getTime() - DAY_MS * 15), to: now };
    await generateRequests(db, { rows: ON_RECORD, window, oneProberIn: 200, withRefusals: true });
    log(`${ON_RECORD} rows are on record`);
    const full = await measure(db, deps, log);
    const ratio = spreadOf(empty.map(({ drained, inserted }) => drained / inserted));
    const later = spreadOf(full.map(({ drained, inserted }) => drained / inserted));
    const linear =
      spreadOf(full.map(({ drained }) => drained)).median /
      spreadOf(empty.map(({ drained }) => drained)).median;
    return [
      {
        name: "drained against inserted rows/s",
        value: spreadText(ratio),
        target: `≥ ${RATIO_MIN}`,
        isReached: ratio.median >= RATIO_MIN,
      },
      {
        name: `rows/s beside ${ON_RECORD / 1e6} M rows against beside few`,
        value: linear.toFixed(2),
        target: `≥ ${LINEAR_MIN}`,
        isReached: linear >= LINEAR_MIN,
      },
      { name: "the first beside them", value: spreadText(later), target: null, isReached: true },
      fact(
        "drained rows/s",
        empty.map(({ drained }) => drained),
      ),
      fact(
        "inserted rows/s",
        empty.map(({ inserted }) => inserted),
      ),
    ];
  } finally {
    await cleanUp.run();
  }
}

const fact = (name: string, values: number[]): Figure => ({
  name,
  value: spreadText(spreadOf(values), 0),
  target: null,
  isReached: true,
});

/** Rounds of drain and bare insert in turns, after one that warms up. */
async function measure(db: Database, deps: RowDeps, log: (line: string) => void): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const isFirst = round % 2 === 0;
    const early = isFirst ? await drainSome(db, deps) : null;
    const inserted = await insertSome(db, deps);
    const drained = early ?? (await drainSome(db, deps));
    if (round === 0) continue;
    rounds.push({ drained, inserted });
    log(`drained ${Math.round(drained)} rows/s, inserted ${Math.round(inserted)} rows/s`);
  }
  return rounds;
}

const freshEvents = () => makeEvents(EVENTS, { from: new Date(Date.now() - DAY_MS / 2), to: new Date() });

/** Sealed batches to rows, with all that a drain does. */
async function drainSome(db: Database, deps: RowDeps): Promise<number> {
  const batches: string[] = [];
  const events = freshEvents();
  for (let at = 0; at < events.length; at += BATCH_EVENTS_MAX)
    batches.push(await sealed(events.slice(at, at + BATCH_EVENTS_MAX)));
  const startedAt = performance.now();
  const { inserted } = await drain({
    store: new HeldBatches(batches),
    sealKey: SEAL_KEY,
    insert: (some) => recordEvents(some, { ...deps, db }),
    roundsMax: batches.length,
  });
  if (inserted !== EVENTS) throw new Error(`Of ${EVENTS} events ${inserted} were inserted.`);
  return inserted / seconds(startedAt);
}

async function sealed(events: RequestEvent[]): Promise<string> {
  const id = uuidAt(Date.now());
  return formatBatch({ id, count: events.length, sealed: await seal(writeEvents(events), SEAL_KEY, id) });
}

/** The same rows, finished, one statement for each batch of the same size. */
async function insertSome(db: Database, deps: RowDeps): Promise<number> {
  const events = freshEvents();
  const batches: RecordRow[][] = [];
  for (let at = 0; at < events.length; at += BATCH) batches.push(toRows(events.slice(at, at + BATCH), deps));
  const ids = await db.$client.begin((sql) => textIds(sql, countTexts(batches.flat())));
  const startedAt = performance.now();
  for (const rows of batches) await insertRows(db.$client, rows, ids);
  return events.length / seconds(startedAt);
}

const seconds = (since: number) => (performance.now() - since) / 1000;

export const row: Row = {
  id: "drain",
  what: "sealed events to rows, with place, hash, signals and counts",
  against: "inserting the same finished rows by unnest, as many at a time",
  run,
};
