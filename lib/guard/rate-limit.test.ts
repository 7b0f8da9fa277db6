import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnv } from "@/lib/env";
import { createRateLimiter, type RateLimiter } from "@/lib/guard/rate-limit";
import { type Ip, parseIp } from "@/lib/ip";
import { edgeStore, type Redis } from "@/lib/redis";
import { testUpstash } from "@/services/test/upstash";

let upstash: Awaited<ReturnType<typeof testUpstash>>;
let redis: Redis;
let limiter: RateLimiter;

beforeAll(async () => {
  upstash = await testUpstash({ store: "memory" });
  redis = edgeStore(
    readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token }),
  );
  limiter = createRateLimiter({ redis, hashKey: "test key" });
  // The memory store is slow to run its first script, and slower on a busy machine: no test counts by that one.
  for (let n = 0; n < 20; n++) {
    if ((await limiter.check("api", anonymous("192.0.2.1"))).outcome === "within") break;
  }
});
afterAll(() => upstash.stop());

const anonymous = (text: string) => ({ kind: "anonymous" as const, ip: parseIp(text) as Ip });

async function countWithin(times: number, check: () => ReturnType<RateLimiter["check"]>): Promise<number> {
  let within = 0;
  for (let n = 0; n < times; n++) if ((await check()).outcome === "within") within++;
  return within;
}

// A sliding window lets one more through when its border falls into the test.
const aboutTheLimit = (limit: number) => (within: number) => within === limit || within === limit + 1;

describe("counting", () => {
  test("an anonymous address has 5 attempts a minute, a signed-in user 10", async () => {
    expect(await countWithin(9, () => limiter.check("login", anonymous("198.51.100.1")))).toSatisfy(
      aboutTheLimit(5),
    );
    expect(await countWithin(14, () => limiter.check("login", { kind: "user", userId: 1 }))).toSatisfy(
      aboutTheLimit(10),
    );
  });

  test("visitors do not share a limit, but the addresses of one IPv6 /64 do", async () => {
    await countWithin(8, () => limiter.check("login", anonymous("198.51.100.2")));
    expect((await limiter.check("login", anonymous("198.51.100.3"))).outcome).toBe("within");
    let host = 1;
    expect(
      await countWithin(9, () => limiter.check("login", anonymous(`2001:db8:1:1::${host++}`))),
    ).toSatisfy(aboutTheLimit(5));
    expect((await limiter.check("login", anonymous("2001:db8:1:2::1"))).outcome).toBe("within");
  });

  test("a refusal says how long to wait, at most one window", async () => {
    await countWithin(8, () => limiter.check("test-geo", anonymous("198.51.100.4")));
    const refused = await limiter.check("test-geo", anonymous("198.51.100.4"));
    expect(refused).toMatchObject({
      outcome: "exceeded",
      states: [{ policy: "test-geo", limit: 5, windowSeconds: 60, remaining: 0 }],
    });
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  test("the store holds no address, and its keys end by themselves", async () => {
    await limiter.check("login", anonymous("203.0.113.99"));
    const keys = await redis.keys("*");
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join(" ")).not.toMatch(/203\.0\.113|198\.51\.100|2001:db8/);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });
});

test("a store that is gone is one outcome, within half a second", async () => {
  const gone = edgeStore(
    readEnv({ UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN: "none" }),
  );
  const startedAt = performance.now();
  const answer = await createRateLimiter({ redis: gone, hashKey: "k" }).check(
    "login",
    anonymous("198.51.100.9"),
  );
  expect(answer.outcome).toBe("unavailable");
  expect(performance.now() - startedAt).toBeLessThan(500);
});
