import { Ratelimit } from "@upstash/ratelimit";
import { messageOf } from "@/lib/errors";
import { POLICIES, type Policy, type PolicyId } from "@/lib/guard/policy";
import type { LimitState } from "@/lib/guard/verdict";
import { type Ip, limitKeyOf } from "@/lib/ip";
import { hashText } from "@/lib/privacy/hash";
import { KEYS, REDIS_TIMEOUT_MS, type Redis } from "@/lib/redis";

export type LimitIdentity =
  | { kind: "anonymous"; ip: Ip }
  | { kind: "user"; userId: number }
  | { kind: "key"; key: string };

export type LimitResult = {
  outcome: "within" | "exceeded" | "unavailable";
  states: LimitState[];
  retryAfterSeconds: number;
};

export type RateLimiter = { check(policyId: PolicyId, identity: LimitIdentity): Promise<LimitResult> };

export type RateLimiterOptions = {
  redis: Redis;
  hashKey: string;
  now?: () => number;
  warn?: (message: string) => void;
};

/**
 * Counts requests by the policies in sliding windows of the edge store. Keys are keyed hashes, so that the store holds
 * no address. A store that fails or is late is one outcome, `unavailable`: what follows is the policy's decision.
 */
export function createRateLimiter({ redis, hashKey, now = Date.now, warn }: RateLimiterOptions): RateLimiter {
  const windows = new Map<string, Ratelimit>();

  function windowOf(policyId: PolicyId, limit: number): Ratelimit {
    const name = `${policyId}:${limit}`;
    const window =
      windows.get(name) ??
      new Ratelimit({
        redis,
        prefix: `${KEYS.rateLimit}:${policyId}`,
        limiter: Ratelimit.slidingWindow(limit, `${POLICIES[policyId].windowSeconds} s`),
        // The library's memory of refused keys has no bound, and a visitor can invent keys.
        ephemeralCache: false,
        timeout: 2 * REDIS_TIMEOUT_MS,
      });
    windows.set(name, window);
    return window;
  }

  return {
    async check(policyId, identity) {
      const policy: Policy = POLICIES[policyId];
      const limit = identity.kind === "user" ? policy.user : policy.anonymous;
      try {
        const answer = await windowOf(policyId, limit).limit(storeKey(identity, hashKey));
        if (answer.reason === "timeout") throw new Error("the edge store is late");
        const resetSeconds = Math.max(1, Math.ceil((answer.reset - now()) / 1000));
        const state: LimitState = {
          policy: policyId,
          limit,
          windowSeconds: policy.windowSeconds,
          remaining: Math.max(0, answer.remaining),
          resetSeconds,
        };
        return {
          outcome: answer.success ? "within" : "exceeded",
          states: [state],
          retryAfterSeconds: answer.success ? 0 : resetSeconds,
        };
      } catch (error) {
        warn?.(`Rate limit ${policyId} cannot be counted: ${messageOf(error)}.`);
        return { outcome: "unavailable", states: [], retryAfterSeconds: 5 };
      }
    },
  };
}

/** The name under which a visitor is counted: bounded, and no address among it. */
export function storeKey(identity: LimitIdentity, hashKey: string): string {
  switch (identity.kind) {
    case "user":
      return `user:${identity.userId}`;
    case "anonymous":
      return hashText(`limit:${limitKeyOf(identity.ip)}`, hashKey);
    case "key":
      return hashText(`limit-key:${identity.key}`, hashKey);
  }
}
