import { KEYS, type Redis } from "@/lib/redis";

/**
 * Removes from the tail exactly the batches named, the oldest first, and stops at the first that is not there. Markers in
 * between go back to the head, where new batches are put behind them. Where nothing is left, nothing waits.
 */
const ACKNOWLEDGE = `
local wanted = #ARGV / 2
local tail = redis.call('LRANGE', KEYS[1], -wanted - 8, -1)
local at, removed, events, markers = #tail, 0, 0, {}
while at > 0 and removed < wanted do
  local head = ARGV[2 * removed + 1]
  if string.sub(tail[at], 1, string.len(head)) == head then
    events = events + tonumber(ARGV[2 * removed + 2])
    removed = removed + 1
  elseif string.find(tail[at], '^p%d*|') then
    table.insert(markers, tail[at])
  else
    break
  end
  at = at - 1
end
if removed == 0 then return 0 end
local left = 0
for place = 1, at do
  if not string.find(tail[place], '^p%d*|') then left = left + 1 end
end
redis.call('LTRIM', KEYS[1], 0, at - #tail - 1)
for _, marker in ipairs(markers) do redis.call('LPUSH', KEYS[1], marker) end
if left == 0 and #tail < wanted + 8 then
  redis.call('HSET', KEYS[2], 'waiting', 0)
else
  redis.call('HINCRBY', KEYS[2], 'waiting', -events)
end
return removed
`;

/**
 * Counts what waits: a short list exactly, and puts the doors' count right by it; of a long one the batches, and the events
 * that the doors have reported.
 */
const STATS = `
local length = redis.call('LLEN', KEYS[1])
local batches, waiting = 0, 0
if length <= 32 then
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    local count = string.match(text, '^[%x-]+|(%d+)|')
    if count then
      batches = batches + 1
      waiting = waiting + tonumber(count)
    end
  end
  redis.call('HSET', KEYS[2], 'waiting', waiting)
else
  batches = length - 1
  waiting = math.max(batches, tonumber(redis.call('HGET', KEYS[2], 'waiting') or '0'))
end
return {batches, waiting, tonumber(redis.call('HGET', KEYS[2], 'dropped') or '0')}
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

/** What stands in the list beside batches: the text of a publication, of whatever format. */
const MARKER = /^p\d*\|/;

export type EventStats = { waitingBatches: number; waitingEvents: number; droppedEvents: number };

/** After so many events at the latest a door adds what it has stored to the count of all doors. */
const REPORT_EVENTS_MAX = 1024;

/**
 * The event buffer in the edge store: a list of sealed batches, the newest first, bounded in events. At its head stands a
 * marker, the text of the current publication of the rule set. A batch is put behind the marker that the door knows:
 * the one command stores it and says whether the rules are still the same. Commands are what the store costs, those
 * within a script too, so there is none on this way.
 */
export class EventStore {
  readonly #acknowledge;
  /** The marker that was there when we last looked. */
  #publication: string | null = null;
  /** Events that waited in all when we last asked, and those that we have stored since. */
  #waiting: number | null = null;
  #unreported = 0;

  constructor(readonly redis: Redis) {
    this.#acknowledge = redis.createScript<number>(ACKNOWLEDGE);
  }

  /**
   * Appends a batch unless the buffer is full, counts `dropped` events and those of a batch that has no room, and tells the
   * current publication; with `null` it only does the rest. `by` is the client to use, where it has to be quick.
   */
  async append(
    batch: StoredBatch | null,
    dropped: number,
    eventsMax: number,
    by: Redis = this.redis,
  ): Promise<AppendResult> {
    const stored = batch !== null && (await this.#hasRoom(batch.count, eventsMax, by));
    const publication = stored ? await this.#put(formatBatch(batch), by) : await this.readPublication(by);
    if (stored) this.#unreported += batch.count;
    const lost = dropped + (stored ? 0 : (batch?.count ?? 0));
    if (lost > 0) await by.hincrby(KEYS.eventStats, "dropped", lost);
    return { stored, publication: publication ?? "" };
  }

  async #hasRoom(count: number, eventsMax: number, by: Redis): Promise<boolean> {
    const reportAt = Math.min(REPORT_EVENTS_MAX, eventsMax / 64);
    const isRoomy = this.#waiting !== null && this.#waiting + this.#unreported + count <= eventsMax;
    if (isRoomy && this.#unreported < reportAt) return true;
    this.#waiting = await by.hincrby(KEYS.eventStats, "waiting", this.#unreported);
    this.#unreported = 0;
    if (this.#waiting + count <= eventsMax) return true;
    // What was drained before it was reported makes the count too high: look before anything is dropped.
    this.#waiting = (await this.stats(by)).waitingEvents;
    return this.#waiting + count <= eventsMax;
  }

  async #put(text: string, by: Redis): Promise<string | null> {
    const known = this.#publication;
    if (known && (await by.linsert(KEYS.events, "after", known, text)) > 0) return known;
    const current = await this.readPublication(by);
    if (current && current !== known && (await by.linsert(KEYS.events, "after", current, text)) > 0)
      return current;
    // No marker: nothing was published yet, or the store has lost it and the next publication brings it back.
    await by.lpush(KEYS.events, text);
    return current;
  }

  /** The text of the current publication, or null where there is none. */
  async readPublication(by: Redis): Promise<string | null> {
    this.#publication = await by.get<string>(KEYS.ruleSetVersion);
    return this.#publication;
  }

  /** The oldest texts of the list, unopened and still there, the oldest first. */
  async oldest(count: number): Promise<string[]> {
    const texts = await this.redis.lrange<string>(KEYS.events, -count, -1);
    return texts.filter((text) => !MARKER.test(text)).reverse();
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

  async stats(by: Redis = this.redis): Promise<EventStats> {
    const [batches, waiting, dropped] = await by
      .createScript<[number, number, number]>(STATS)
      .exec([KEYS.events, KEYS.eventStats], []);
    return {
      waitingBatches: Number(batches),
      waitingEvents: Number(waiting),
      droppedEvents: Number(dropped),
    };
  }
}
