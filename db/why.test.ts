import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "@/db/client";
import { type EnforcementDeps, saveRule } from "@/db/enforcement";
import { publishRuleSet } from "@/db/publish";
import { explain, type WhyDeps } from "@/db/why";
import { readEnv } from "@/lib/env";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { edgeStore } from "@/lib/redis";
import { openTestDatabase } from "@/services/test/database";
import { testUpstash } from "@/services/test/upstash";

const HASH_KEY = "a key for the hashes of a test";
const ACTOR = { name: "cli:tester", origin: "cli", ownIp: null } as const;

const [{ db }, upstash] = await Promise.all([openTestDatabase({ connectionsMax: 2 }), testUpstash()]);
afterAll(() => upstash.stop());
const env = readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token });
const redis = edgeStore(env, { timeoutMs: 5000 });

beforeEach(async () => {
  await Promise.all([redis.flushdb(), db.$client`truncate ip_rules restart identity`]);
});

const deadStore = () => Promise.reject(new Error("fetch failed"));
const deps = (change: Partial<WhyDeps> = {}): WhyDeps => ({
  db,
  fetchRules: ruleSetFetcher(redis),
  failMode: "open",
  privacy: "hashed",
  hashKey: HASH_KEY,
  ...change,
});

async function rule(
  action: "allow" | "block",
  target: string,
  publish = true,
  expiresAt: Date | null = null,
) {
  const enforcement: EnforcementDeps = {
    db,
    publish: async () => publish && publishRuleSet(db, redis),
    privacy: "hashed",
    hashKey: HASH_KEY,
    warn: () => {},
  };
  const draft = { action, target, reason: "a test", expiresAt, force: true };
  return (await saveRule(draft, ACTOR, enforcement)).rule;
}

describe("why", () => {
  test("a blocked address is told with the rule, its reason and what each stage said", async () => {
    const blocked = await rule("block", "203.0.113.7");
    const answer = await explain("203.0.113.7", { path: "/ip-tracking/test-geo/?a=1" }, deps());
    expect(answer).toMatchObject({
      ip: "203.0.113.7",
      label: blocked.label,
      path: "/ip-tracking/test-geo/",
      policy: "test-geo",
      verdict: { action: "block", reason: "block-rule", ruleId: blocked.id },
      rule: { id: blocked.id, reason: "a test", origin: "cli", expiresAt: null },
      source: "edge store",
      sourceProblem: null,
    });
    expect(answer.label).toMatch(/^203\.0\.113\.0\/24 · [0-9a-f]{6}$/);
    expect(answer.trace.map(({ stage }) => stage)).toEqual(["address", "allow rules", "block rules"]);
    expect(answer.publishedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test("of several rules the one that wins is named: allow before block, the narrower range before the wider", async () => {
    await rule("block", "198.51.0.0/16");
    const narrow = await rule("block", "198.51.100.0/24");
    expect((await explain("198.51.100.9", {}, deps())).rule?.id).toBe(narrow.id);
    const allowed = await rule("allow", "198.51.100.9");
    expect(await explain("198.51.100.9", {}, deps())).toMatchObject({
      verdict: { action: "allow", reason: "allow-rule" },
      rule: { id: allowed.id, action: "allow" },
    });
  });

  test("an IPv6 visitor is found by a rule on the /64, however the address is written", async () => {
    const blocked = await rule("block", "2001:db8:0:1::/64");
    const answer = await explain("2001:0DB8:0:1::0042", {}, deps());
    expect(answer).toMatchObject({ ip: "2001:db8:0:1::42", rule: { id: blocked.id } });
  });

  test("what the doors do not have yet does not count", async () => {
    await rule("block", "192.0.2.1");
    await rule("block", "192.0.2.2", false);
    expect((await explain("192.0.2.2", {}, deps())).verdict.action).toBe("allow");
  });

  test("with a dead edge store the database tells what would be in force, and that it had to", async () => {
    const blocked = await rule("block", "192.0.2.2", false);
    for (const fetchRules of [deadStore, null]) {
      const answer = await explain("192.0.2.2", {}, deps({ fetchRules }));
      expect(answer).toMatchObject({ source: "database", rule: { id: blocked.id }, publishedAt: null });
      expect(answer.sourceProblem).toMatch(fetchRules ? /fetch failed/ : /No edge store/);
    }
  });

  test("with a dead database the verdict of the doors holds, without the words of the rule", async () => {
    const blocked = await rule("block", "192.0.2.3");
    const dead = openDatabase("postgres://nobody@127.0.0.1:1/none");
    const answer = await explain("192.0.2.3", {}, deps({ db: dead }));
    expect(answer).toMatchObject({ verdict: { reason: "block-rule", ruleId: blocked.id }, rule: null });
    const bothDead = explain("192.0.2.3", {}, deps({ db: dead, fetchRules: deadStore }));
    await expect(bothDead).rejects.toMatchObject({ code: "unavailable" });
  });

  test("an expired rule decides nothing, even while it is still published", async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    await rule("block", "192.0.2.4", true, expiresAt);
    const later = new Date(expiresAt.getTime() + 2000);
    expect((await explain("192.0.2.4", {}, deps())).verdict.action).toBe("block");
    expect((await explain("192.0.2.4", {}, deps({ now: () => later }))).verdict.action).toBe("allow");
  });

  test("asking counts no limit and leaves nothing in the store", async () => {
    for (let time = 0; time < 8; time++) {
      const answer = await explain("192.0.2.5", { path: "/ip-tracking/login/", method: "POST" }, deps());
      expect(answer).toMatchObject({ verdict: { action: "allow" }, policy: "login", method: "POST" });
    }
    expect(await redis.keys("*")).toEqual([]);
  });

  test("where nothing is published nobody is refused", async () => {
    expect(await explain("192.0.2.6", {}, deps())).toMatchObject({
      verdict: { action: "allow", reason: "default" },
      source: "edge store",
      publishedAt: null,
      rule: null,
    });
  });

  test("in plain mode the label is the address", async () => {
    expect((await explain("192.0.2.7", {}, deps({ privacy: "plain" }))).label).toBe("192.0.2.7");
  });

  test.each(["", "192.0.2", "192.0.2.0/24", "example.org"])("'%s' is refused as no address", async (text) => {
    await expect(explain(text, {}, deps())).rejects.toMatchObject({ code: "bad-input" });
  });
});
