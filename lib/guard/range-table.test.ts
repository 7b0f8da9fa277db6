import { describe, expect, test } from "vitest";
import { CHUNK_ENTRIES_MAX } from "@/lib/guard/range-chunk";
import { RangeTable } from "@/lib/guard/range-table";
import { RuleLists } from "@/lib/guard/rule-lists";
import { ruleSetOf } from "@/lib/guard/rule-set-codec";
import { type IpRange, parseIp, parseRange } from "@/lib/ip";

const NOW = 1_700_000_000;

type Given = { text: string; ruleId: number; expiresAt?: number; allows?: boolean };

function tableOf(version: 4 | 6, rules: readonly Given[]): RangeTable {
  const lists = new RuleLists();
  for (const { text, ruleId, expiresAt = 0, allows = false } of rules) {
    const { ip, prefix } = parseRange(text) as IpRange;
    lists.add(`v${version}`, { start: [ip.a, ip.b, ip.c, ip.d], prefix, allows, ruleId, expiresAt });
  }
  return ruleSetOf("test", 1, lists).tables[`v${version}`];
}

/** The rule on the address: negative where it blocks. */
function match(table: RangeTable, text: string, now = NOW): number {
  const ip = parseIp(text);
  if (!ip) throw new Error(`${text} is no address`);
  return table.match(ip.a, ip.b, ip.c, ip.d, now);
}

describe("a table of ranges", () => {
  test("the narrowest range that holds the address wins, whatever the order of entry", () => {
    const rules = [
      { text: "198.51.100.0/24", ruleId: 1 },
      { text: "198.51.100.7", ruleId: 2 },
      { text: "198.51.0.0/16", ruleId: 3 },
      { text: "198.51.100.0/28", ruleId: 4 },
    ];
    for (const order of [rules, [...rules].reverse()]) {
      const table = tableOf(4, order);
      expect(match(table, "198.51.100.7")).toBe(-2);
      expect(match(table, "198.51.100.8")).toBe(-4);
      expect(match(table, "198.51.100.200")).toBe(-1);
      expect(match(table, "198.51.7.1")).toBe(-3);
      expect(match(table, "198.52.0.0")).toBe(0);
      expect(match(table, "198.50.255.255")).toBe(0);
    }
  });

  test("a wide range that allows beats a narrow one that blocks, and the same range that blocks", () => {
    const table = tableOf(4, [
      { text: "198.51.100.0/24", ruleId: 1, allows: true },
      { text: "198.51.100.7", ruleId: 2 },
      { text: "198.51.100.0/24", ruleId: 3 },
    ]);
    expect(match(table, "198.51.100.7")).toBe(1);
    expect(match(table, "198.51.100.9")).toBe(1);
  });

  test("a range that has expired gives way to the wider one around it, from its second on", () => {
    const table = tableOf(4, [
      { text: "203.0.113.0/24", ruleId: 1 },
      { text: "203.0.113.7", ruleId: 2, expiresAt: NOW },
    ]);
    expect(match(table, "203.0.113.7", NOW - 1)).toBe(-2);
    expect(match(table, "203.0.113.7", NOW)).toBe(-1);
  });

  test("the whole of the address space and its edges are held", () => {
    const v4 = tableOf(4, [{ text: "0.0.0.0/0", ruleId: 9 }]);
    expect(["0.0.0.0", "255.255.255.255", "128.0.0.1"].map((ip) => match(v4, ip))).toEqual([-9, -9, -9]);
    const v6 = tableOf(6, [
      { text: "::/0", ruleId: 8 },
      { text: "ffff::/16", ruleId: 7 },
    ]);
    expect(match(v6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).toBe(-7);
    expect(match(v6, "::1")).toBe(-8);
  });

  test("an empty table holds nobody", () => {
    expect(match(new RangeTable("v4", []), "192.0.2.1")).toBe(0);
    expect(match(new RangeTable("v6", []), "2001:db8::1")).toBe(0);
  });

  test("a range reaches over the chunks that follow it, and ends where it ends", () => {
    const rules: Given[] = [
      { text: "10.0.0.0/8", ruleId: 1_000_000 },
      { text: "10.0.0.0/9", ruleId: 1_000_001, allows: true },
      { text: "11.0.0.0/32", ruleId: 1_000_002 },
    ];
    for (let n = 0; n < 3 * CHUNK_ENTRIES_MAX; n++)
      rules.push({ text: `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`, ruleId: n + 1 });
    const table = tableOf(4, rules);
    expect(table.chunks.length).toBeGreaterThan(2);
    expect(match(table, "10.128.160.5")).toBe(-(0xa005 + 1));
    expect(match(table, "10.200.0.1")).toBe(-1_000_000);
    expect(match(table, "10.127.255.255")).toBe(1_000_001);
    expect(match(table, "11.0.0.0")).toBe(-1_000_002);
    expect(match(table, "11.0.0.1")).toBe(0);
  });

  test("chunks in the wrong order are refused", () => {
    const [first, second] = ["192.0.2.1", "192.0.2.9"].map(
      (text) => tableOf(4, [{ text, ruleId: 1 }]).chunks[0],
    );
    if (!first || !second) throw new Error("no chunks");
    expect(() => new RangeTable("v4", [second, first])).toThrow("order");
  });
});
