import { KEYS, type Redis } from "@/lib/redis";

/**
 * Appends a batch unless the buffer is full, adds what was dropped to the statistics, and tells the current publication
 * of the rule set: one command for three questions.
 */
const APPEND = `
local waiting = tonumber(redis.call('HGET', KEYS[2], 'waiting') or '0')
local count = tonumber(ARGV[2])
local lost = tonumber(ARGV[3])
local stored = 0
if count > 0 then
  if waiting + count > tonumber(ARGV[4]) then
    lost = lost + count
  else
    redis.call('RPUSH', KEYS[1], ARGV[1])
    redis.call('HINCRBY', KEYS[2], 'waiting', count)
    stored = 1
  end
end
if lost > 0 then redis.call('HINCRBY', KEYS[2], 'dropped', lost) end
return {stored, redis.call('GET', KEYS[3]) or ''}
`;

/** Removes from the head exactly the batches named, in order, and stops at the first that is not there. */
const ACKNOWLEDGE = `
local removed = 0
for at = 1, #ARGV, 2 do
  local head = redis.call('LINDEX', KEYS[1], 0)
  if not head or string.sub(head, 1, string.len(ARGV[at])) ~= ARGV[at] then break end
  redis.call('LPOP', KEYS[1])
  redis.call('HINCRBY', KEYS[2], 'waiting', 0 - tonumber(ARGV[at + 1]))
  removed = removed + 1
end
if redis.call('LLEN', KEYS[1]) == 0 then redis.call('HSET', KEYS[2], 'waiting', 0) end
return removed
`;

/** A batch as it waits: its id and its number of events in clear, so that it can be acknowledged unopened. */
export type StoredBatch = { id: string; count: number; sealed: string };

export type AppendResult = { stored: boolean; publication: string };

export function formatBatch(batch: StoredBatch): string {
  return `${batch.id}|${batch.count}|${batch.sealed}`;
}

export function parseBatch(text: string): StoredBatch | null {
  const match = /^([0-9a-f-]{36})\|(\d{1,6})\|/.exec(text);
  if (!match) return null;
  return { id: match[1] as string, count: Number(match[2]), sealed: text.slice(match[0].length) };
}

export type EventStats = { waitingBatches: number; waitingEvents: number; droppedEvents: number };

/** The event buffer in the edge store: a list of sealed batches, bounded in events. */
export class EventStore {
  readonly #append;
  readonly #acknowledge;

  constructor(readonly redis: Redis) {
    this.#append = redis.createScript<[number, string]>(APPEND);
    this.#acknowledge = redis.createScript<number>(ACKNOWLEDGE);
  }

  /** Appends a batch, or with `null` only reports `dropped` events and asks for the publication. */
  async append(batch: StoredBatch | null, dropped: number, eventsMax: number): Promise<AppendResult> {
    const values = [
      batch ? formatBatch(batch) : "",
      String(batch?.count ?? 0),
      String(dropped),
      String(eventsMax),
    ];
    const [stored, publication] = await this.#append.exec(
      [KEYS.events, KEYS.eventStats, KEYS.ruleSetVersion],
      values,
    );
    return { stored: Number(stored) === 1, publication: String(publication) };
  }

  /** The oldest texts of the list, unopened and still there. */
  async oldest(count: number): Promise<string[]> {
    return this.redis.lrange<string>(KEYS.events, 0, count - 1);
  }

  /** Removes what has been stored for good; `heads` are the beginnings by which the list's head is recognised. */
  async acknowledge(batches: readonly { head: string; count: number }[]): Promise<number> {
    if (batches.length === 0) return 0;
    const values = batches.flatMap((batch) => [batch.head, String(batch.count)]);
    return Number(await this.#acknowledge.exec([KEYS.events, KEYS.eventStats], values));
  }

  /** Keeps what could not be read, at most a thousand batches, for whoever finds out why. */
  async setAside(texts: readonly string[]): Promise<void> {
    await this.redis.rpush(KEYS.eventsUnreadable, ...texts);
    await this.redis.ltrim(KEYS.eventsUnreadable, -1000, -1);
  }

  async stats(): Promise<EventStats> {
    const [batches, waiting, dropped] = await Promise.all([
      this.redis.llen(KEYS.events),
      this.redis.hget<string>(KEYS.eventStats, "waiting"),
      this.redis.hget<string>(KEYS.eventStats, "dropped"),
    ]);
    return {
      waitingBatches: batches,
      waitingEvents: Number(waiting ?? 0),
      droppedEvents: Number(dropped ?? 0),
    };
  }
}
