import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompilableRule, compileRules } from "@/lib/guard/compile-rules";
import type { RuleSet } from "@/lib/guard/rule-set";
import { assembleRuleSet, encodeChunks, readChunk, ruleSetOf, toBase64 } from "@/lib/guard/rule-set-codec";
import { VisitorHashCache, visitorHashes } from "@/lib/guard/visitor-hashes";
import {
  formatIp,
  formatRange,
  type Ip,
  type IpRange,
  ipRange,
  isSingle,
  parseRange,
  rangeContains,
} from "@/lib/ip";
import { ipv4, ipv6 } from "@/lib/ip/parse";
import { hashIp, hashSubnet } from "@/lib/privacy/hash";

const KEY = "test key";
const NOW = 1_700_000_000;

// Words from a small set, so that ranges nest, touch and repeat instead of missing each other.
const word = fc.constantFrom(0, 1, 0x20010db8, 0x7fffffff, 0x80000000, 0xc6336400, 0xc6336407, 0xffffffff);
const someIp: fc.Arbitrary<Ip> = fc.oneof(
  word.map(ipv4),
  fc.tuple(word, word, word, word).map((words) => ipv6(...words)),
);
const someRange = fc
  .tuple(someIp, fc.nat(128))
  .map(([ip, bits]) => ipRange(ip, ip.version === 4 ? bits % 33 : bits));
const seconds = fc.constantFrom(0, 0, NOW - 1, NOW, NOW + 1);

type Rule = CompilableRule & { range: IpRange | null };

const someRule: fc.Arbitrary<Omit<Rule, "id">> = fc
  .tuple(
    fc.constantFrom("allow" as const, "block" as const),
    someRange,
    fc.constantFrom("plain", "hash"),
    seconds,
  )
  .map(([action, range, kind, until]) => {
    const expiresAt = until === 0 ? null : new Date(until * 1000);
    if (kind === "plain") {
      const targetKind = isSingle(range) ? ("address" as const) : ("range" as const);
      return { action, target: formatRange(range), targetKind, expiresAt, range };
    }
    const target = range.prefix === 64 ? hashSubnet(range.ip, KEY) : hashIp(range.ip, KEY);
    return { action, target: target ?? hashIp(range.ip, KEY), targetKind: "hash", expiresAt, range: null };
  });
const someRules = fc
  .array(someRule, { maxLength: 40 })
  .map((rules) => rules.map((rule, at) => ({ ...rule, id: at + 1 })));

const hashes = new Map<string, { address: string; subnet: string | null }>();

/** An address' hashes: made once, for they take longer than all the rest. */
function hashesOf(ip: Ip): { address: string; subnet: string | null } {
  const text = formatIp(ip);
  const found = hashes.get(text) ?? { address: hashIp(ip, KEY), subnet: hashSubnet(ip, KEY) };
  hashes.set(text, found);
  return found;
}

/** How closely a rule fits: an address by its hash before a /64 by its hash before a range, the narrower the closer. */
function closeness(rule: Rule, ip: Ip): number | null {
  if (rule.expiresAt && rule.expiresAt.getTime() <= NOW * 1000) return null;
  if (rule.targetKind === "hash") {
    if (rule.target === hashesOf(ip).address) return 1000;
    return rule.target === hashesOf(ip).subnet ? 999 : null;
  }
  return rule.range && rangeContains(rule.range, ip) ? rule.range.prefix : null;
}

/** The slow and obvious way: look at every rule; of those that hold, one that allows, and of these the closest. */
function oracle(rules: readonly Rule[], ip: Ip): { action: string; closeness: number } | null {
  for (const action of ["allow", "block"]) {
    const fits = rules.flatMap((rule) => (rule.action === action ? (closeness(rule, ip) ?? []) : []));
    if (fits.length > 0) return { action, closeness: Math.max(...fits) };
  }
  return null;
}

/** What the set says, in the oracle's words: of two rules that fit as closely either may be named. */
function answerOf(set: RuleSet, rules: readonly Rule[], ip: Ip) {
  const match = set.match(ip, set.needsHashes ? visitorHashes(ip, KEY) : null, NOW);
  const rule = rules.find(({ id }) => id === Math.abs(match));
  if (!rule) return null;
  expect(rule.action).toBe(match > 0 ? "allow" : "block");
  return { action: rule.action, closeness: closeness(rule, ip) };
}

/** The same set, after its way through the edge store. */
async function travelled(rules: readonly Rule[]): Promise<RuleSet> {
  const chunks = await encodeChunks(compileRules(rules));
  const publication = { id: "p", chunks: chunks.length, entries: rules.length, publishedAt: 1 };
  return assembleRuleSet(
    publication,
    chunks.map(({ key, bytes }) => readChunk(key, toBase64(bytes))),
  );
}

const visitors = fc.array(someIp, { minLength: 1, maxLength: 12 });

describe("against a search of all rules", () => {
  test("every verdict is the same: allow before block, hash before range, narrowest first, expired never", () => {
    fc.assert(
      fc.property(someRules, visitors, (rules, ips) => {
        const set = ruleSetOf("test", 1, compileRules(rules));
        for (const ip of ips) expect(answerOf(set, rules, ip)).toEqual(oracle(rules, ip));
      }),
      { numRuns: 600 },
    );
  });

  test("and it still is after the set has travelled", async () => {
    await fc.assert(
      fc.asyncProperty(someRules, visitors, async (rules, ips) => {
        const set = await travelled(rules);
        for (const ip of ips) expect(answerOf(set, rules, ip)).toEqual(oracle(rules, ip));
      }),
      { numRuns: 150 },
    );
  });

  test("thousands of rules in several chunks answer as a search of them all", async () => {
    const random = fc.sample(fc.tuple(fc.nat(0xffff), fc.nat(0xffff), fc.nat(48), fc.boolean()), {
      numRuns: 14_000,
      seed: 7,
    });
    const rules: Rule[] = random.map(([high, low, bits, isSix], at) => {
      const ip = isSix ? ipv6(0x20010db8, (high << 16) | low, 0, low) : ipv4((high << 16) | low);
      const range = ipRange(ip, isSix ? 80 + bits : Math.min(32, 8 + bits));
      const action = at % 5 === 0 ? ("allow" as const) : ("block" as const);
      const targetKind = isSingle(range) ? ("address" as const) : ("range" as const);
      return { id: at + 1, action, target: formatRange(range), targetKind, expiresAt: null, range };
    });
    const set = await travelled(rules);
    expect(set.tables.v4.chunks.length).toBeGreaterThan(1);
    expect(set.tables.v6.chunks.length).toBeGreaterThan(1);
    for (const [at, [high, low, , isSix]] of random.slice(0, 150).entries()) {
      const near = at % 2 === 0 ? low : low ^ 1;
      const ip = isSix ? ipv6(0x20010db8, (high << 16) | low, 0, near) : ipv4((high << 16) | near);
      expect(answerOf(set, rules, ip)).toEqual(oracle(rules, ip));
    }
  });
});

test("a rule more or less changes one chunk or two and leaves the others as they were", async () => {
  const addresses = Array.from({ length: 60_000 }, (_, n) =>
    formatRange(parseRange(`10.${n % 250}.${n >> 8}.9`) as IpRange),
  );
  const rules = [...new Set(addresses)].map(
    (target, at): CompilableRule => ({
      id: at + 1,
      action: "block",
      target,
      targetKind: "address",
      expiresAt: null,
    }),
  );
  const keys = async (of: readonly CompilableRule[]) =>
    (await encodeChunks(compileRules(of))).map(({ key }) => key);
  const before = new Set(await keys(rules));
  expect(before.size).toBeGreaterThan(4);
  for (const target of ["10.0.0.1", "10.77.100.77", "192.0.2.1"]) {
    const more: CompilableRule = {
      id: 900_000,
      action: "block",
      target,
      targetKind: "address",
      expiresAt: null,
    };
    const changed = (await keys([...rules, more])).filter((key) => !before.has(key));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(2);
  }
});

test("hashes that are remembered are those that would be made anew", () => {
  const cache = new VisitorHashCache(KEY);
  fc.assert(
    fc.property(fc.array(someIp, { maxLength: 20 }), (ips) => {
      for (const ip of [...ips, ...ips]) expect(cache.get(ip)).toEqual(visitorHashes(ip, KEY));
    }),
  );
});
