import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readEnv } from "@/lib/env";
import { EventStore, type StoredBatch } from "@/lib/events/store";
import { RuleLists } from "@/lib/guard/rule-lists";
import { formatPublication } from "@/lib/guard/rule-set-codec";
import { writePublication } from "@/lib/guard/rule-set-writer";
import { edgeStore, KEYS, type Redis } from "@/lib/redis";
import { testUpstash } from "@/services/test/upstash";
import { findRedisProgram } from "@/services/upstash/redis-process";

const stores = [
  { store: "memory" as const },
  ...((await findRedisProgram()) ? [{ store: "redis-server" as const }] : []),
];

const MAX = 1000;
let made = 0;
const batch = (count = 1): StoredBatch => ({
  id: `00000000-0000-7000-8000-${String(++made).padStart(12, "0")}`,
  count,
  sealed: "sealed",
});

describe.each(stores)("waiting events in $store", ({ store }) => {
  let upstash: Awaited<ReturnType<typeof testUpstash>>;
  let redis: Redis;

  beforeAll(async () => {
    upstash = await testUpstash({ store });
    const env = readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token });
    redis = edgeStore(env, { timeoutMs: 5000 });
  });
  beforeEach(async () => {
    await redis.flushdb();
  });
  afterAll(() => upstash.stop());

  async function publish(id: string): Promise<string> {
    const publication = { id, chunks: 0, entries: new RuleLists().size, publishedAt: 1 };
    await writePublication(redis, publication, []);
    return formatPublication(publication);
  }

  /** The client, noting the commands that it is asked for. */
  function noting(): { client: Redis; asked: string[] } {
    const asked: string[] = [];
    const client = new Proxy(redis, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        asked.push(String(name));
        return value.bind(target);
      },
    });
    return { client, asked };
  }

  const drained = async (events: EventStore) => {
    const texts = await events.oldest(100);
    await events.acknowledge(
      texts.map((text) => ({ head: text.slice(0, 39), count: Number(text.split("|")[1]) })),
    );
    return texts.map((text) => text.slice(0, 36));
  };

  test("one command stores a batch and tells that the rules are the same", async () => {
    const text = await publish("one");
    const { client, asked } = noting();
    const events = new EventStore(client);
    await events.append(batch(), 0, MAX);
    asked.length = 0;
    for (let n = 0; n < 5; n++)
      expect(await events.append(batch(), 0, MAX)).toEqual({ stored: true, publication: text });
    expect(asked).toEqual(Array(5).fill("linsert"));
    expect(await events.stats()).toEqual({ waitingBatches: 6, waitingEvents: 6, droppedEvents: 0 });
  });

  test("a batch that comes after another publication is stored all the same, and names it", async () => {
    await publish("one");
    const events = new EventStore(redis);
    await events.append(batch(), 0, MAX);
    const text = await publish("two");
    expect(await events.append(batch(3), 0, MAX)).toEqual({ stored: true, publication: text });
    expect(await events.append(batch(), 0, MAX)).toEqual({ stored: true, publication: text });
    expect(await events.stats()).toMatchObject({ waitingBatches: 3, waitingEvents: 5 });
  });

  test("the oldest are read first, and publications in between get in nobody's way", async () => {
    const events = new EventStore(redis);
    const batches = [batch(), batch(), batch(), batch(), batch()];
    for (const [at, one] of batches.entries()) {
      if (at > 0) await publish(`number-${at}`);
      await events.append(one, 0, MAX);
    }
    const [oldest] = await events.oldest(1);
    expect(oldest?.startsWith(batches[0]?.id as string)).toBe(true);
    expect(await drained(events)).toEqual(batches.map(({ id }) => id));
    expect(await events.stats()).toEqual({ waitingBatches: 0, waitingEvents: 0, droppedEvents: 0 });
    // The marker has stayed: the next batch needs one command again.
    expect(await redis.lrange(KEYS.events, 0, -1)).toHaveLength(1);
  });

  test("without a marker they are stored, and a marker that comes stands in front of them", async () => {
    const events = new EventStore(redis);
    const early = batch();
    expect(await events.append(early, 0, MAX)).toEqual({ stored: true, publication: "" });
    const text = await publish("one");
    await redis.lrem(KEYS.events, 0, text);
    const lost = batch();
    expect(await events.append(lost, 0, MAX)).toEqual({ stored: true, publication: text });
    expect(await drained(events)).toEqual([early.id, lost.id]);
  });

  test("a marker behind batches of a store that lost one is put in front again", async () => {
    const text = await publish("one");
    await redis.lpush(KEYS.events, `${batch().id}|1|sealed`);
    const events = new EventStore(redis);
    expect(await drained(events)).toHaveLength(1);
    expect(await redis.lrange(KEYS.events, 0, -1)).toEqual([text]);
  });

  test("several doors together go beyond the bound by no more than what each reports at once", async () => {
    await publish("one");
    const doors = Array.from({ length: 4 }, () => new EventStore(redis));
    let stored = 0;
    for (let n = 0; n < 600; n++) {
      const answer = await (doors[n % 4] as EventStore).append(batch(2), 0, MAX);
      if (answer.stored) stored += 2;
    }
    expect(stored).toBeGreaterThanOrEqual(MAX - 4 * 18);
    expect(stored).toBeLessThanOrEqual(MAX + 4 * 18);
    expect((await new EventStore(redis).stats()).droppedEvents).toBe(1200 - stored);
  });

  test("a count that is too high drops nothing: the list itself is looked at first", async () => {
    await publish("one");
    await redis.hset(KEYS.eventStats, { waiting: 5 * MAX });
    const events = new EventStore(redis);
    expect((await events.append(batch(10), 0, MAX)).stored).toBe(true);
    expect(await events.stats()).toEqual({ waitingBatches: 1, waitingEvents: 10, droppedEvents: 0 });
  });
});
