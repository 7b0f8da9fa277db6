import { afterAll, describe, expect, test } from "vitest";
import {
  type Actor,
  amendRule,
  type EnforcementDeps,
  endRule,
  endRuleOn,
  type RuleDraft,
  restoreRule,
  saveRule,
} from "@/db/enforcement";
import { endExpiredRules, listIpRules } from "@/db/ip-rules";
import { publishRuleSet, repairPublication } from "@/db/publish";
import { readEnv } from "@/lib/env";
import type { RuleSet } from "@/lib/guard/rule-set";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp, hashIpWords } from "@/lib/privacy/hash";
import { edgeStore } from "@/lib/redis";
import { openTestDatabase } from "@/services/test/database";
import { testUpstash } from "@/services/test/upstash";

const KEY = "test key";
const admin: Actor = { name: "ada", origin: "manual", ownIp: parseIp("192.0.2.200") };

const [{ db }, upstash] = await Promise.all([openTestDatabase(), testUpstash()]);
afterAll(() => upstash.stop());
const redis = edgeStore(
  readEnv({ UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token }),
);

function deps(privacy: "hashed" | "plain" = "hashed"): EnforcementDeps {
  return { db, publish: () => publishRuleSet(db, redis), privacy, hashKey: KEY, warn: () => {} };
}

const block = (target: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  action: "block",
  target,
  reason: "test",
  expiresAt: null,
  ...more,
});

/** What a door would say that fetches the rules now. */
async function isBlocked(text: string): Promise<boolean> {
  const rules = (await ruleSetFetcher(redis)(null)) as RuleSet;
  const ip = parseIp(text) as Ip;
  const hashes = { address: hashIpWords(ip, KEY), subnet: null };
  return rules.match(ip, hashes, Math.floor(Date.now() / 1000)) < 0;
}

describe("blocking", () => {
  test("is in force for the doors as soon as the verb answers, and lifted likewise", async () => {
    const { rule, outcome, published } = await saveRule(block("198.51.100.1"), admin, deps());
    expect([outcome, published]).toEqual(["created", true]);
    expect(await isBlocked("198.51.100.1")).toBe(true);
    expect(await isBlocked("198.51.100.2")).toBe(false);
    await endRule(rule.id, admin, deps());
    expect(await isBlocked("198.51.100.1")).toBe(false);
    await restoreRule(rule.id, admin, deps());
    expect(await isBlocked("198.51.100.1")).toBe(true);
  });

  test("in hashed mode keeps no address: not in the rule, not in the audit log", async () => {
    const { rule } = await saveRule(block("198.51.100.77"), admin, deps());
    expect(rule).toMatchObject({
      targetKind: "hash",
      network: "198.51.100.0/24",
      target: hashIp(parseIp("198.51.100.77") as Ip, KEY),
    });
    expect(rule.label).toBe(`198.51.100.0/24 · ${rule.target.slice(0, 6)}`);
    const rows =
      await db.$client`select ip_rules::text as row from ip_rules union all select audit_logs::text from audit_logs`;
    expect(rows.map((row) => row.row).join("\n")).not.toContain("198.51.100.77");
  });

  test("in plain mode keeps the address", async () => {
    const { rule } = await saveRule(block("203.0.113.5"), admin, deps("plain"));
    expect(rule).toMatchObject({ targetKind: "address", target: "203.0.113.5", label: "203.0.113.5" });
    expect(await isBlocked("203.0.113.5")).toBe(true);
  });

  test("takes ranges of both families, in canonical form", async () => {
    const { rule } = await saveRule(block("203.0.113.77/25"), admin, deps());
    expect(rule).toMatchObject({ targetKind: "range", target: "203.0.113.0/25" });
    await saveRule(block("2001:DB8:7::/48"), admin, deps());
    expect(await isBlocked("203.0.113.126")).toBe(true);
    expect(await isBlocked("203.0.113.129")).toBe(false);
    expect(await isBlocked("2001:db8:7:1::9")).toBe(true);
  });

  test("the same target again changes the rule that is there, and says so", async () => {
    const first = await saveRule(block("198.51.100.30", { reason: "first" }), admin, deps());
    const again = await saveRule(
      block(" 198.51.100.30 ", { reason: "second", expiresAt: new Date(Date.now() + 60_000) }),
      admin,
      deps(),
    );
    expect(again).toMatchObject({ outcome: "updated", rule: { id: first.rule.id, reason: "second" } });
    const trail =
      await db.$client`select action, before->>'reason' as before, after->>'reason' as after from audit_logs where subject = ${`rule:${first.rule.id}`} order by id`;
    expect(trail).toEqual([
      { action: "block", before: null, after: "first" },
      { action: "change-rule", before: "first", after: "second" },
    ]);
  });

  test("two administrators at once make one rule", async () => {
    const both = await Promise.all([
      saveRule(block("198.51.100.31"), admin, deps()),
      saveRule(block("198.51.100.31"), admin, deps()),
    ]);
    expect(both[0].rule.id).toBe(both[1].rule.id);
  });

  test.each([
    "",
    "999.1.1.1",
    "192.0.2.1/33",
    "example.org",
    "192.0.2.1-192.0.2.9",
    "0x7f000001",
    "'; drop table users; --",
  ])("%j is no target", async (target) => {
    await expect(saveRule(block(target), admin, deps())).rejects.toMatchObject({
      code: "bad-input",
      message: expect.stringContaining("192.0.2.7"),
    });
  });

  test("an end in the past is refused", async () => {
    await expect(
      saveRule(block("198.51.100.32", { expiresAt: new Date(Date.now() - 1) }), admin, deps()),
    ).rejects.toMatchObject({ code: "bad-input" });
  });
});

describe("nobody blocks without --force", () => {
  test.each(["127.0.0.1", "127.0.0.0/8", "::1", "0.0.0.0/0", "::/0", "::ffff:127.0.0.1"])(
    "loopback, as in %s",
    async (target) => {
      await expect(saveRule(block(target), admin, deps())).rejects.toMatchObject({
        code: "protected",
        message: expect.stringContaining("loopback"),
      });
    },
  );

  test.each(["192.0.2.200", "192.0.2.0/24"])("the address of the own session, as in %s", async (target) => {
    await expect(saveRule(block(target), admin, deps())).rejects.toMatchObject({
      code: "protected",
      message: expect.stringContaining("own session"),
    });
  });

  test("an allowed address, or one in an allowed range", async () => {
    await saveRule({ ...block("198.51.100.40"), action: "allow" }, admin, deps());
    await saveRule({ ...block("198.51.100.64/28"), action: "allow" }, admin, deps());
    for (const target of ["198.51.100.40", "198.51.100.70"]) {
      await expect(saveRule(block(target), admin, deps())).rejects.toMatchObject({
        code: "protected",
        message: expect.stringContaining("allow list"),
      });
    }
    expect((await saveRule(block("198.51.100.41"), admin, deps())).outcome).toBe("created");
  });

  test("and with it everybody can", async () => {
    const { rule } = await saveRule(block("192.0.2.200", { force: true }), admin, deps());
    expect(await isBlocked("192.0.2.200")).toBe(true);
    await endRule(rule.id, admin, deps());
  });
});

describe("lists", () => {
  const search = (text: string, state: "active" | "ended" | "all" = "active") =>
    listIpRules(db, { action: "block", search: text, state }, KEY);

  test("an address finds its hashed rule and the ranges that hold it", async () => {
    await saveRule(block("198.51.100.90"), admin, deps());
    await saveRule(block("198.51.100.88/29"), admin, deps());
    const { rules, total } = await search("198.51.100.90");
    expect(rules.map((rule) => rule.targetKind).sort()).toEqual(["hash", "range"]);
    expect(total).toBe(2);
  });

  test("words find reasons, and signs of patterns are only signs", async () => {
    await saveRule(block("198.51.100.91", { reason: "100% noise_maker" }), admin, deps());
    expect((await search("100% noise_")).total).toBe(1);
    expect((await search("100%noise")).total).toBe(0);
  });

  test("pages hold every rule once", async () => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await listIpRules(db, { action: "block", state: "all", limit: 3, cursor }, KEY);
      seen.push(...page.rules.map((rule) => rule.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await listIpRules(db, { action: "block", state: "all" }, KEY)).total);
  });
});

describe("the end of a rule", () => {
  test("comes by itself, and the job only tidies up", async () => {
    const { rule } = await saveRule(
      block("198.51.100.50", { expiresAt: new Date(Date.now() + 1500) }),
      admin,
      deps(),
    );
    expect(await isBlocked("198.51.100.50")).toBe(true);
    await expect.poll(() => isBlocked("198.51.100.50"), { timeout: 6000 }).toBe(false);
    expect(await endExpiredRules(db)).toBe(1);
    expect(
      (await listIpRules(db, { action: "block", state: "ended" }, KEY)).rules.map((ended) => ended.id),
    ).toContain(rule.id);
  });

  test("can be changed, and unblocking needs a rule", async () => {
    await saveRule(block("198.51.100.51"), admin, deps());
    const { rule } = await endRuleOn("198.51.100.51", "block", admin, deps());
    expect(rule.isActive).toBe(false);
    await expect(endRuleOn("198.51.100.51", "block", admin, deps())).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(amendRule(999_999, { reason: "x" }, admin, deps())).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("cannot be taken back while another rule for the target is active", async () => {
    const { rule } = await saveRule(block("198.51.100.52"), admin, deps());
    await endRule(rule.id, admin, deps());
    await saveRule(block("198.51.100.52"), admin, deps());
    await expect(restoreRule(rule.id, admin, deps())).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("the edge copy", () => {
  test("that lost a key is published anew, one that is whole is left alone", async () => {
    await publishRuleSet(db, redis);
    expect((await repairPublication(db, redis)).repaired).toBe(false);
    await redis.flushdb();
    expect((await repairPublication(db, redis)).repaired).toBe(true);
    expect(await isBlocked("203.0.113.5")).toBe(true);
  });

  test("while the store is gone a rule is saved all the same, and the answer says that it is not published", async () => {
    const gone = edgeStore(
      readEnv({ UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN: "x" }),
    );
    const saved = await saveRule(block("198.51.100.60"), admin, {
      ...deps(),
      publish: () => publishRuleSet(db, gone),
    });
    expect(saved.published).toBe(false);
    expect((await repairPublication(db, redis)).repaired).toBe(true);
    expect(await isBlocked("198.51.100.60")).toBe(true);
  });
});
