import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RangeEntry, RangeTable } from "@/lib/guard/range-table";
import { type IpRange, ipRange, maskIp, parseIp, parseRange, rangeContains } from "@/lib/ip";
import { ipv4, ipv6 } from "@/lib/ip/parse";

const NOW = 1_700_000_000;

function entry(text: string, ruleId: number, expiresAt = 0): RangeEntry {
  const { ip, prefix } = parseRange(text) as IpRange;
  return { start: [ip.a, ip.b, ip.c, ip.d], prefix, ruleId, expiresAt };
}

function find(table: RangeTable, text: string, now = NOW): number {
  const ip = parseIp(text);
  if (!ip) throw new Error(`${text} is no address`);
  return table.find(ip.a, ip.b, ip.c, ip.d, now);
}

describe("a table of ranges", () => {
  test("the narrowest range that holds the address wins, whatever the order of entry", () => {
    const entries = [
      entry("198.51.100.0/24", 1),
      entry("198.51.100.7", 2),
      entry("198.51.0.0/16", 3),
      entry("198.51.100.0/28", 4),
    ];
    for (const order of [entries, [...entries].reverse()]) {
      const table = RangeTable.from(1, order);
      expect(find(table, "198.51.100.7")).toBe(2);
      expect(find(table, "198.51.100.8")).toBe(4);
      expect(find(table, "198.51.100.200")).toBe(1);
      expect(find(table, "198.51.7.1")).toBe(3);
      expect(find(table, "198.52.0.0")).toBe(0);
      expect(find(table, "198.50.255.255")).toBe(0);
    }
  });

  test("a range that has expired gives way to the wider one around it, from its second on", () => {
    const table = RangeTable.from(1, [entry("203.0.113.0/24", 1), entry("203.0.113.7", 2, NOW)]);
    expect(find(table, "203.0.113.7", NOW - 1)).toBe(2);
    expect(find(table, "203.0.113.7", NOW)).toBe(1);
  });

  test("the whole of the address space and its edges are held", () => {
    const v4 = RangeTable.from(1, [entry("0.0.0.0/0", 9)]);
    expect(["0.0.0.0", "255.255.255.255", "128.0.0.1"].map((ip) => find(v4, ip))).toEqual([9, 9, 9]);
    const v6 = RangeTable.from(4, [entry("::/0", 8), entry("ffff::/16", 7)]);
    expect(find(v6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).toBe(7);
    expect(find(v6, "::1")).toBe(8);
  });

  test("an empty table holds nobody", () => {
    expect(find(RangeTable.empty(1), "192.0.2.1")).toBe(0);
    expect(find(RangeTable.empty(4), "2001:db8::1")).toBe(0);
  });

  // Words from a small set, so that ranges nest and touch instead of missing each other.
  const word = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xc6336400, 0xc6336407, 0xffffffff);
  const v4Range = fc
    .tuple(word, fc.integer({ min: 0, max: 32 }))
    .map(([a, prefix]) => ipRange(ipv4(a), prefix));
  const v6Range = fc
    .tuple(word, word, word, word, fc.integer({ min: 0, max: 128 }))
    .map(([a, b, c, d, prefix]) => ipRange(ipv6(a, b, c, d), prefix));

  function oracle(
    ranges: readonly (IpRange & { expiresAt: number })[],
    ip: ReturnType<typeof ipv4>,
  ): number | null {
    let best: IpRange | null = null;
    for (const range of ranges) {
      if (range.expiresAt !== 0 && range.expiresAt <= NOW) continue;
      if (rangeContains(range, ip) && (!best || range.prefix > best.prefix)) best = range;
    }
    return best?.prefix ?? null;
  }

  test.each([
    ["IPv4", 1 as const, v4Range, word.map((a) => ipv4(a))],
    ["IPv6", 4 as const, v6Range, fc.tuple(word, word, word, word).map(([a, b, c, d]) => ipv6(a, b, c, d))],
  ])("%s: the answer is that of a slow and obvious search", (_, width, range, address) => {
    const expiry = fc.constantFrom(0, 0, NOW, NOW + 1);
    const entries = fc.array(fc.tuple(range, expiry), { maxLength: 40 });
    fc.assert(
      fc.property(entries, fc.array(address, { minLength: 1, maxLength: 10 }), (drawn, addresses) => {
        const ranges = drawn.map(([{ ip, prefix }, expiresAt]) => ({
          ip: maskIp(ip, prefix),
          prefix,
          expiresAt,
        }));
        const table = RangeTable.from(
          width,
          ranges.map(({ ip, prefix, expiresAt }, at) => ({
            start: [ip.a, ip.b, ip.c, ip.d],
            prefix,
            expiresAt,
            ruleId: at + 1,
          })),
        );
        for (const ip of addresses) {
          const rule = table.find(ip.a, ip.b, ip.c, ip.d, NOW);
          const prefix = rule === 0 ? null : (ranges[rule - 1]?.prefix ?? -1);
          expect(prefix).toBe(oracle(ranges, ip));
        }
      }),
      { numRuns: 500 },
    );
  });
});
