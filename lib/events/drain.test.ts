import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readEnv } from "@/lib/env";
import { BATCH_EVENTS_MAX, EventBuffer } from "@/lib/events/buffer";
import { drain } from "@/lib/events/drain";
import type { RequestEvent } from "@/lib/events/request-event";
import { EventStore } from "@/lib/events/store";
import { testEvent } from "@/lib/events/test/event";
import { edgeStore, KEYS, type Redis } from "@/lib/redis";
import { stores } from "@/services/test/stores";
import { testUpstash } from "@/services/test/upstash";

const SEAL = "seal key";

function event(n: number): RequestEvent {
  const common = { host: null, query: "token=secret", durationMs: 1, userAgent: "" };
  return testEvent({ at: 1_700_000_000_000 + n, path: `/${n}`, ...common });
}

describe.each(stores)("events through $store", ({ store, missing, note }) => {
  let upstash: Awaited<ReturnType<typeof testUpstash>>;
  let redis: Redis;
  let events: EventStore;

  beforeAll(async () => {
    if (missing) return;
    upstash = await testUpstash({ store });
    redis = edgeStore(
      readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token }),
    );
    events = new EventStore(redis);
  });
  beforeEach(async () => {
    if (!missing) await redis.flushdb();
  });
  afterAll(() => upstash?.stop());

  const bufferOn = (eventsMax = 100_000) =>
    new EventBuffer({
      append: (batch, dropped) => events.append(batch, dropped, eventsMax),
      sealKey: SEAL,
      flushMs: 5,
    });
  const check = (name: string, body: () => Promise<void>) => test.skipIf(missing)(`${name}${note}`, body);

  check("arrive whole and once, in batches, and leave nothing behind", async () => {
    const buffer = bufferOn();
    const sent = Array.from({ length: 2 * BATCH_EVENTS_MAX + 10 }, (_, n) => event(n));
    for (const one of sent) void buffer.record(one);
    await buffer.flush();
    expect(await events.stats()).toEqual({ waitingBatches: 3, waitingEvents: sent.length, droppedEvents: 0 });
    const inserted: RequestEvent[] = [];
    const result = await drain({
      store: events,
      sealKey: SEAL,
      insert: async (batch) => inserted.push(...batch),
    });
    expect(result).toMatchObject({ batches: 3, events: sent.length, rejected: 0 });
    expect(inserted.map((one) => one.path)).toEqual(sent.map((one) => one.path));
    expect(await events.stats()).toEqual({ waitingBatches: 0, waitingEvents: 0, droppedEvents: 0 });
  });

  test.skipIf(missing)(`wait sealed: the store shows neither address nor path nor query${note}`, async () => {
    const buffer = bufferOn();
    void buffer.record({ ...event(1), path: "/very-private-path" });
    await buffer.flush();
    const [text = ""] = await events.oldest(1);
    expect(text.length).toBeGreaterThan(100);
    expect(text + atob(text.split("v1.")[1] ?? "")).not.toMatch(/198\.51\.100|very-private|secret/);
  });

  test.skipIf(missing)(
    `an insert that fails loses nothing: the next run finds them again${note}`,
    async () => {
      const buffer = bufferOn();
      void buffer.record(event(1));
      await buffer.flush();
      await expect(
        drain({ store: events, sealKey: SEAL, insert: () => Promise.reject(new Error("database gone")) }),
      ).rejects.toThrow("gone");
      let seen = 0;
      await drain({ store: events, sealKey: SEAL, insert: async (batch) => (seen += batch.length) });
      expect(seen).toBe(1);
    },
  );

  check("two drains at once acknowledge only what each has read", async () => {
    const buffer = bufferOn();
    for (let n = 0; n < 3; n++) {
      void buffer.record(event(n));
      await buffer.flush();
    }
    const heads = (await events.oldest(2)).map((text) => ({ head: text.slice(0, 40), count: 1 }));
    expect(await events.acknowledge(heads)).toBe(2);
    expect(await events.acknowledge(heads)).toBe(0);
    expect(await events.stats()).toMatchObject({ waitingBatches: 1, waitingEvents: 1 });
  });

  check("a full buffer takes no more, and counts what it drops", async () => {
    const buffer = bufferOn(20);
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 15; n++) void buffer.record(event(n));
      await buffer.flush();
    }
    expect(await events.stats()).toEqual({ waitingBatches: 1, waitingEvents: 15, droppedEvents: 30 });
  });

  test.skipIf(missing)(
    `what cannot be opened is set aside, and does not hold up the rest${note}`,
    async () => {
      const buffer = bufferOn();
      void buffer.record(event(1));
      await buffer.flush();
      await redis.lpush(KEYS.events, "no batch at all");
      const foreign = new EventBuffer({
        append: (batch, dropped) => events.append(batch, dropped, 100),
        sealKey: "another key",
        flushMs: 5,
      });
      void foreign.record(event(2));
      await foreign.flush();
      const paths: string[] = [];
      const result = await drain({
        store: events,
        sealKey: SEAL,
        insert: async (batch) => paths.push(...batch.map((one) => one.path)),
      });
      expect(paths).toEqual(["/1"]);
      expect(result.rejected).toBe(2);
      expect(await redis.llen(KEYS.eventsUnreadable)).toBe(2);
      expect(await events.stats()).toMatchObject({ waitingBatches: 0, waitingEvents: 0 });
    },
  );

  check("each answer names the publication of the rules", async () => {
    await redis.set(KEYS.ruleSetVersion, "p|x|0|0|1");
    const heard: string[] = [];
    const buffer = new EventBuffer({
      append: (batch, dropped) => events.append(batch, dropped, 100),
      sealKey: SEAL,
      flushMs: 5,
      onPublication: (text) => heard.push(text),
    });
    await buffer.record(event(1));
    expect(heard).toEqual(["p|x|0|0|1"]);
  });
});
