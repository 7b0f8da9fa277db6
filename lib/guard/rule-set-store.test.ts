import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readEnv } from "@/lib/env";
import { RuleLists } from "@/lib/guard/rule-lists";
import type { RuleSet } from "@/lib/guard/rule-set";
import { encodeChunks, formatPublication, type Publication } from "@/lib/guard/rule-set-codec";
import { readManifest, readPublication, ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { isPublicationWhole, writePublication } from "@/lib/guard/rule-set-writer";
import { type Ip, parseIp } from "@/lib/ip";
import { edgeStore, KEYS, type Redis } from "@/lib/redis";
import { testUpstash } from "@/services/test/upstash";

let upstash: Awaited<ReturnType<typeof testUpstash>>;
let redis: Redis;

beforeAll(async () => {
  upstash = await testUpstash();
  const env = readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token });
  redis = edgeStore(env, { timeoutMs: 5000 });
});
beforeEach(async () => {
  await redis.flushdb();
});
afterAll(() => upstash.stop());

/** Every second address from 10.0.0.0 on, each blocked by a rule of its own number. */
function addresses(count: number): RuleLists {
  const lists = new RuleLists();
  for (let n = 0; n < count; n++)
    lists.add("v4", {
      start: [0x0a000000 + 2 * n, 0, 0, 0],
      prefix: 32,
      allows: false,
      ruleId: n + 1,
      expiresAt: 0,
    });
  return lists;
}

async function publish(id: string, lists: RuleLists): Promise<Publication> {
  const chunks = await encodeChunks(lists);
  const publication = { id, chunks: chunks.length, entries: lists.size, publishedAt: 1 };
  await writePublication(redis, publication, chunks);
  return publication;
}

const fetchRules = (known: RuleSet | null = null) => ruleSetFetcher(redis)(known);
const match = (set: RuleSet | null, text: string) => set?.match(parseIp(text) as Ip, null, 0);
const chunkKeys = () => redis.keys(`${KEYS.ruleSetChunk("*")}`);

describe("a publication", () => {
  test("is read as it was written, and once only while it stays", async () => {
    const publication = await publish("one", addresses(9000));
    expect(publication.chunks).toBeGreaterThan(1);
    expect(await readPublication(redis)).toEqual(publication);
    const set = await fetchRules();
    expect([match(set, "10.0.0.4"), match(set, "10.0.0.5")]).toEqual([-3, 0]);
    expect(await fetchRules(set)).toBeNull();
    expect(await isPublicationWhole(redis, publication)).toBe(true);
  });

  test("with no rule at all is one, too", async () => {
    const publication = await publish("none", new RuleLists());
    expect((await fetchRules())?.id).toBe("none");
    expect(await isPublicationWhole(redis, publication)).toBe(true);
  });

  test("that changes one rule leaves the other chunks where they are, in the store and in the door", async () => {
    const first = await publish("one", addresses(20_000));
    const before = await fetchRules();
    const more = addresses(20_000);
    more.add("v4", { start: [0xcb007107, 0, 0, 0], prefix: 32, allows: false, ruleId: 99_999, expiresAt: 0 });
    const second = await publish("two", more);
    const kept = new Set(before?.tables.v4.chunks);
    const after = await fetchRules(before);
    expect(match(after, "203.0.113.7")).toBe(-99_999);
    expect(after?.tables.v4.chunks.filter((chunk) => !kept.has(chunk))).toHaveLength(1);
    expect(second.chunks - first.chunks).toBeLessThanOrEqual(1);
  });

  test("takes what only the one before had out of the store, after a while", async () => {
    await publish("one", addresses(9000));
    const before = await chunkKeys();
    const lists = new RuleLists();
    lists.add("v6", { start: [0x20010db8, 0, 0, 0], prefix: 32, allows: true, ruleId: 1, expiresAt: 0 });
    await publish("two", lists);
    for (const key of [...before, KEYS.ruleSetManifest("one")]) {
      const seconds = await redis.ttl(key);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(120);
    }
    const [current = ""] = await readManifest(redis, (await readPublication(redis)) as Publication);
    expect(await redis.ttl(KEYS.ruleSetChunk(current))).toBe(-1);
    // What comes back before it is gone stays for good again.
    await publish("three", addresses(9000));
    for (const key of before) expect(await redis.ttl(key)).toBe(-1);
  });

  test("that broke off before it was the current one changes nothing and leaves nothing for good", async () => {
    const first = await publish("one", addresses(10));
    const broken = { ...redis, createScript: () => ({ exec: () => Promise.reject(new Error("gone")) }) };
    const client = Object.setPrototypeOf(broken, redis) as Redis;
    const chunks = await encodeChunks(addresses(11));
    await expect(writePublication(client, { ...first, id: "two" }, chunks)).rejects.toThrow("gone");
    expect((await fetchRules())?.id).toBe("one");
    const seconds = await redis.ttl(KEYS.ruleSetChunk(chunks[0]?.key as string));
    expect(seconds).toBeGreaterThan(0);
  });

  test.each([
    ["a chunk", async () => redis.del(...(await chunkKeys()))],
    ["the list of chunks", () => redis.del(KEYS.ruleSetManifest("one"))],
    ["the marker among the events", () => redis.del(KEYS.events)],
  ])("is not whole without %s, and the next one puts it right", async (_, lose) => {
    const publication = await publish("one", addresses(10));
    const known = await fetchRules();
    await lose();
    expect(await isPublicationWhole(redis, publication)).toBe(false);
    const again = await publish("two", addresses(10));
    expect(await isPublicationWhole(redis, again)).toBe(true);
    expect((await fetchRules(known))?.id).toBe("two");
  });
});

describe("a door", () => {
  test("keeps what it has where the store was emptied, and starts with no rule at an empty one", async () => {
    await publish("one", addresses(10));
    const known = await fetchRules();
    await redis.flushdb();
    expect(await fetchRules(known)).toBe(known);
    expect((await fetchRules())?.size).toBe(0);
  });

  test("takes a publication of another version for a fault, not for no rules", async () => {
    for (const text of ["p|old|1|5|1", "p9|new|1|5|1|more"]) {
      await redis.set(KEYS.ruleSetVersion, text);
      await expect(fetchRules()).rejects.toThrow("another version");
    }
  });

  test("of the first version finds its chunks gone only after a while", async () => {
    await redis.set(KEYS.ruleSetVersion, "p|old|2|5|1");
    await redis.set("gatehouse:rules:old:0", "x");
    await redis.set("gatehouse:rules:old:1", "x");
    const publication = await publish("one", addresses(10));
    expect(await redis.ttl("gatehouse:rules:old:1")).toBeGreaterThan(0);
    expect(await redis.get(KEYS.ruleSetVersion)).toBe(formatPublication(publication));
  });

  test("that lacks a chunk says so, and what it has stays", async () => {
    await publish("one", addresses(10));
    await redis.del(...(await chunkKeys()));
    await expect(fetchRules()).rejects.toThrow("missing");
  });
});
