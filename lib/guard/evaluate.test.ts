import { describe, expect, test } from "vitest";
import { compileRules, type CompilableRule as Rule } from "@/lib/guard/compile-rules";
import { evaluate } from "@/lib/guard/evaluate";
import { policyFor } from "@/lib/guard/policy";
import type { LimitResult } from "@/lib/guard/rate-limit";
import { ruleSetOf } from "@/lib/guard/rule-set-codec";
import type { Trace } from "@/lib/guard/verdict";
import type { Visit } from "@/lib/guard/visit";
import { visitorHashes } from "@/lib/guard/visitor-hashes";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp, hashSubnet } from "@/lib/privacy/hash";

const KEY = "test key";
const AT = 1_700_000_000_000;

function rule(id: number, action: "allow" | "block", target: string, expiresAt: Date | null = null): Rule {
  return { id, action, target, targetKind: /^[0-9a-f]{32}$/.test(target) ? "hash" : "range", expiresAt };
}

function visit(ip: string | null, path = "/", userId: number | null = null): Visit {
  return {
    id: "v",
    at: AT,
    ip: ip === null ? null : parseIp(ip),
    method: "GET",
    path,
    policy: policyFor(path),
    userId,
  };
}

const within: LimitResult = { outcome: "within", states: [], retryAfterSeconds: 0 };

function deps(rules: readonly Rule[] | null, limit: LimitResult = within) {
  return {
    rules: rules && ruleSetOf("test", 1, compileRules(rules)),
    failMode: "open" as "open" | "closed",
    hashesOf: (ip: Ip) => visitorHashes(ip, KEY),
    limit: async () => limit,
  };
}

const answer = async (v: Visit, d: ReturnType<typeof deps>) => {
  const verdict = await evaluate(v, d);
  return `${verdict.action} ${verdict.reason}${"ruleId" in verdict ? ` ${verdict.ruleId}` : ""}`;
};

describe("the order of decision", () => {
  test("a visitor without an address is refused, whatever the rules say", async () => {
    expect(await answer(visit(null), deps([rule(1, "allow", "0.0.0.0/0")]))).toBe("block no-address");
  });

  test("allow beats block, even a narrower block: an operator cannot lock himself out", async () => {
    const rules = [rule(1, "allow", "198.51.100.0/24"), rule(2, "block", "198.51.100.7")];
    expect(await answer(visit("198.51.100.7"), deps(rules))).toBe("allow allow-rule 1");
  });

  test("of two blocks the more specific one is the reason", async () => {
    const rules = [rule(1, "block", "2001:db8::/32"), rule(2, "block", "2001:db8:7::/48")];
    expect(await answer(visit("2001:db8:7::1"), deps(rules))).toBe("block block-rule 2");
    expect(await answer(visit("2001:db8:8::1"), deps(rules))).toBe("block block-rule 1");
  });

  test("an expired rule is none", async () => {
    const rules = [
      rule(1, "block", "203.0.113.7", new Date(AT - 1000)),
      rule(2, "allow", "203.0.113.8", new Date(AT - 1000)),
      rule(3, "block", "203.0.113.8"),
    ];
    expect(await answer(visit("203.0.113.7"), deps(rules))).toBe("allow default");
    expect(await answer(visit("203.0.113.8"), deps(rules))).toBe("block block-rule 3");
  });

  test("a rule on a hash holds for its address and for no neighbour, and on a /64 for all of it", async () => {
    const address = hashIp(parseIp("203.0.113.7") as Ip, KEY);
    const subnet = hashSubnet(parseIp("2001:db8:1:2::1") as Ip, KEY) as string;
    const rules = [rule(1, "block", address), rule(2, "block", subnet)];
    expect(await answer(visit("203.0.113.7"), deps(rules))).toBe("block block-rule 1");
    expect(await answer(visit("203.0.113.8"), deps(rules))).toBe("allow default");
    expect(await answer(visit("2001:db8:1:2:3::4"), deps(rules))).toBe("block block-rule 2");
    expect(await answer(visit("2001:db8:1:3::1"), deps(rules))).toBe("allow default");
  });

  test("a blocked visitor is refused before anything is counted, an allowed one is not counted either", async () => {
    const counting = {
      ...deps([rule(1, "block", "203.0.113.7"), rule(2, "allow", "203.0.113.8")]),
      limit: () => Promise.reject(new Error("counted")),
    };
    expect(await answer(visit("203.0.113.7", "/ip-tracking/login/"), counting)).toBe("block block-rule 1");
    expect(await answer(visit("203.0.113.8", "/ip-tracking/login/"), counting)).toBe("allow allow-rule 2");
  });

  test("only a limited path is counted, by the user where there is one and by the address otherwise", async () => {
    const seen: unknown[] = [];
    const counting = {
      ...deps([]),
      limit: async (...call: unknown[]) => {
        seen.push(call);
        return within;
      },
    };
    await evaluate(visit("203.0.113.7", "/"), counting);
    await evaluate(visit("203.0.113.7", "/ip-tracking/test-geo/"), counting);
    await evaluate(visit("203.0.113.7", "/ip-tracking/test-geo", 4), counting);
    expect(seen).toEqual([
      ["test-geo", { kind: "anonymous", ip: parseIp("203.0.113.7") }],
      ["test-geo", { kind: "user", userId: 4 }],
    ]);
  });

  test("a used-up limit refuses with the time to wait", async () => {
    const used = deps([], { outcome: "exceeded", states: [], retryAfterSeconds: 17 });
    expect(await evaluate(visit("203.0.113.7", "/ip-tracking/login"), used)).toMatchObject({
      action: "limit",
      reason: "rate-limit",
      retryAfterSeconds: 17,
    });
  });
});

describe("while something is missing", () => {
  const unavailable: LimitResult = { outcome: "unavailable", states: [], retryAfterSeconds: 5 };

  test("a door without rules lets visitors in and says so, or refuses them where FAIL_MODE is closed", async () => {
    expect(await answer(visit("203.0.113.7"), deps(null))).toBe("allow degraded");
    expect(await answer(visit("203.0.113.7"), { ...deps(null), failMode: "closed" })).toBe(
      "block rules-unavailable",
    );
  });

  test("without a counter login is closed in any case, other limited paths as FAIL_MODE says", async () => {
    expect(await answer(visit("203.0.113.7", "/ip-tracking/login"), deps([], unavailable))).toBe(
      "limit limiter-unavailable",
    );
    expect(await answer(visit("203.0.113.7", "/ip-tracking/test-geo"), deps([], unavailable))).toBe(
      "allow default",
    );
    const closed = { ...deps([], unavailable), failMode: "closed" as const };
    expect(await answer(visit("203.0.113.7", "/ip-tracking/test-geo"), closed)).toBe(
      "limit limiter-unavailable",
    );
  });
});

test("a trace tells what each stage saw, and asking counts nothing", async () => {
  const trace: Trace = [];
  const rules = deps([rule(7, "block", "203.0.113.0/24")]);
  await evaluate(visit("203.0.113.9", "/ip-tracking/login"), { ...rules, limit: null }, trace);
  expect(trace.map((step) => [step.stage, step.answered])).toEqual([
    ["address", false],
    ["allow rules", false],
    ["block rules", true],
  ]);
});
