import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasRedis, mustHaveRedis, stores } from "@/services/test/stores";
import { testUpstash } from "@/services/test/upstash";

test("redis-server or valkey-server is on the PATH where REQUIRE_REDIS=1 demands it", () => {
  expect(hasRedis || !mustHaveRedis).toBe(true);
});

describe.each(stores)("the $store store", ({ store, missing, note }) => {
  let endpoint: Awaited<ReturnType<typeof testUpstash>>;
  let redis: Redis;

  beforeAll(async () => {
    if (missing) return;
    endpoint = await testUpstash({ store });
    redis = new Redis({ url: endpoint.url, token: endpoint.token, retry: false });
  });
  beforeEach(async () => {
    if (!missing) await redis.flushdb();
  });
  afterAll(() => endpoint?.stop());
  const check = (name: string, body: () => Promise<void>) => test.skipIf(missing)(`${name}${note}`, body);

  check("strings, numbers and objects come back as they were written", async () => {
    expect(await redis.set("text", "grüße 🌍 \u0000 end")).toBe("OK");
    expect(await redis.get("text")).toBe("grüße 🌍 \u0000 end");
    await redis.set("object", { ip: "198.51.100.9", path: ["/a", "/b"], nothing: null });
    expect(await redis.get("object")).toEqual({ ip: "198.51.100.9", path: ["/a", "/b"], nothing: null });
    await redis.set("ok", "OK");
    expect(await redis.get("ok")).toBe("OK");
    expect(await redis.get("absent")).toBeNull();
    expect(await redis.mget("ok", "absent", "text")).toEqual(["OK", null, "grüße 🌍 \u0000 end"]);
    expect(await redis.incr("count")).toBe(1);
    expect(await redis.incrby("count", 41)).toBe(42);
    expect(await redis.get("count")).toBe(42);
  });

  check("keys expire when they should, whatever the case of the option", async () => {
    await redis.set("soon", "1", { px: 40 });
    await redis.set("later", "1", { ex: 60 });
    expect(await redis.set("later", "2", { nx: true })).toBeNull();
    expect(await redis.ttl("later")).toBeGreaterThan(50);
    await redis.expire("later", 10);
    expect(await redis.ttl("later")).toBeLessThanOrEqual(10);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await redis.get("soon")).toBeNull();
    expect(await redis.exists("later")).toBe(1);
    expect(await redis.del("later", "absent")).toBe(1);
  });

  check("lists keep their order", async () => {
    expect(await redis.rpush<unknown>("list", "a", { id: 1 }, "c", "d")).toBe(4);
    expect(await redis.lrange("list", 0, -1)).toEqual(["a", { id: 1 }, "c", "d"]);
    expect(await redis.llen("list")).toBe(4);
    expect(await redis.lpop("list")).toBe("a");
    expect(await redis.lpop("list", 2)).toEqual([{ id: 1 }, "c"]);
    expect(await redis.lindex("list", 0)).toBe("d");
    expect(await redis.ltrim("list", 1, -1)).toBe("OK");
    expect(await redis.llen("list")).toBe(0);
    expect(await redis.lrange("list", 0, -1)).toEqual([]);
  });

  check("hashes come back as objects", async () => {
    expect(await redis.hset("hash", { a: 1, b: "two" })).toBe(2);
    expect(await redis.hincrby("hash", "a", 4)).toBe(5);
    expect(await redis.hgetall("hash")).toEqual({ a: 5, b: "two" });
    expect(await redis.hgetall("absent")).toBeNull();
    expect(await redis.hmget("hash", "a", "z")).toEqual({ a: 5, z: null });
    expect(await redis.hdel("hash", "a")).toBe(1);
  });

  check("sorted sets and sets can be read by rank and score", async () => {
    await redis.zadd("scores", { score: 2, member: "b" }, { score: 1.5, member: "a" });
    expect(await redis.zadd("scores", { nx: true }, { score: 9, member: "a" })).toBe(0);
    expect(await redis.zrange("scores", 0, -1, { withScores: true })).toEqual(["a", 1.5, "b", 2]);
    expect(await redis.zrange("scores", 0, -1, { rev: true })).toEqual(["b", "a"]);
    expect(await redis.zscore("scores", "b")).toBe(2);
    await redis.sadd("set", "x", "y");
    expect((await redis.smembers("set")).sort()).toEqual(["x", "y"]);
  });

  check("a scan finds every key once", async () => {
    const names = Array.from({ length: 45 }, (_, index) => `scan:${index}`);
    await redis.mset(Object.fromEntries(names.map((name) => [name, "1"])));
    await redis.set("other", "1");
    const found = new Set<string>();
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor, { match: "scan:*", count: 10 });
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== "0");
    expect([...found].sort()).toEqual([...names].sort());
  });

  check("a pipeline answers every command, a failing one included", async () => {
    const results = await redis.pipeline().set("a", "1").lpush("a", "x").get("a").exec({ keepErrors: true });
    expect(results.map(({ result }) => result)).toEqual(["OK", undefined, 1]);
    expect(results[1]?.error).toMatch(/WRONGTYPE|does not contain/);
    expect(await redis.pipeline().rpush("l", "1", "2").lrange("l", 0, -1).exec()).toEqual([2, [1, 2]]);
  });

  check("transactions do not mix", async () => {
    const take = () => redis.multi().incr("a").incr("a").get("a").rpush("seen", "x").llen("seen").exec();
    const all = await Promise.all(Array.from({ length: 20 }, take));
    for (const [first, second, value] of all) expect([second, value]).toEqual([Number(first) + 1, second]);
    expect(await redis.llen("seen")).toBe(20);
  });

  check("small Lua scripts work with keys, arguments, nested replies and nothing", async () => {
    const script = `
      local length = redis.call('RPUSH', KEYS[1], ARGV[1], ARGV[2])
      local first = redis.call('LINDEX', KEYS[1], 0)
      local popped = redis.call('LPOP', KEYS[1])
      local size = redis.call('LLEN', KEYS[1])
      local counted = redis.call('HINCRBY', KEYS[2], 'dropped', 3)
      local missing = redis.call('GET', 'missing')
      if not missing then missing = 'none' end
      return { length, string.sub(first, 1, 3), popped, size, counted, missing, { 'nested', 7 } }`;
    expect(await redis.eval(script, ["buffer", "stats"], ["abcdef", "second"])).toEqual([
      2,
      "abc",
      "abcdef",
      1,
      3,
      "none",
      ["nested", 7],
    ]);
    expect(await redis.eval("return redis.call('GET', KEYS[1])", ["missing"], [])).toBeNull();
    expect(await redis.eval("return 3.7", [], [])).toBe(3);
    expect(await redis.eval("return {1, false, 'x'}", [], [])).toEqual([1, null, "x"]);
    expect(await redis.eval("return redis.call('MGET', KEYS[1], KEYS[2])", ["a", "b"], [])).toEqual([
      null,
      null,
    ]);
    const filled = "local t = {} for i = 1, 3 do t[#t + 1] = { i, ARGV[i] } end return t";
    expect(await redis.eval(filled, [], ["a", "b", "c"])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    const number = "redis.call('SET', KEYS[1], 10 / 2) return tostring(redis.call('INCR', KEYS[1])) .. '!'";
    expect(await redis.eval(number, ["number"], [])).toBe("6!");
    const caught = "local r = redis.pcall('LPUSH', KEYS[1], 'x') return type(r.err)";
    expect(await redis.eval(caught, ["number"], [])).toBe("string");
    await expect(redis.eval("return redis.error_reply('MY words')", [], [])).rejects.toThrow("MY words");
    await expect(redis.eval("return redis.call('LPUSH', KEYS[1], 'x')", ["number"], [])).rejects.toThrow();
    await expect(redis.eval("return redis.call('NOSUCHCOMMAND')", [], [])).rejects.toThrow();
    await expect(redis.eval("this is not lua", [], [])).rejects.toThrow();
  });

  check("a script is known by the hash of the text the client sent", async () => {
    const script = "#!lua flags=allow-key-locking\nreturn ARGV[1]";
    const known = redis.createScript<string>(script);
    expect(await known.exec([], ["one"])).toBe("one");
    const hash = await redis.scriptLoad(script);
    expect(await redis.evalsha(hash, [], ["two"])).toBe("two");
    expect(await redis.scriptExists(hash, "0".repeat(40))).toEqual([1, 0]);
    await expect(redis.evalsha("1".repeat(40), [], [])).rejects.toThrow("NOSCRIPT");
  });

  check("fixed window, sliding window and token bucket let through what they should", async () => {
    const limiters = [
      Ratelimit.fixedWindow(3, "60 s"),
      Ratelimit.slidingWindow(3, "60 s"),
      Ratelimit.tokenBucket(3, "60 s", 3),
    ];
    for (const limiter of limiters) {
      const prefix = `limit:${Math.random()}`;
      const limit = new Ratelimit({ redis, limiter, prefix, ephemeralCache: false, timeout: 0 });
      const results = [];
      for (let i = 0; i < 5; i++) results.push(await limit.limit("198.51.100.9"));
      expect(results.map(({ success }) => success)).toEqual([true, true, true, false, false]);
      expect(results.map(({ remaining }) => remaining).slice(0, 3)).toEqual([2, 1, 0]);
      expect((await limit.limit("198.51.100.10")).success).toBe(true);
      expect((await limit.getRemaining("198.51.100.9")).remaining).toBe(0);
      await limit.resetUsedTokens("198.51.100.9");
      expect((await limit.limit("198.51.100.9")).success).toBe(true);
    }
  });
});
