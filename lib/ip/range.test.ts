import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareIp,
  formatIp,
  formatRange,
  type Ip,
  isSingle,
  limitKeyOf,
  maskIp,
  networkOf,
  parseIp,
  parseRange,
  rangeContains,
  subnetOf,
} from "@/lib/ip";

function canonicalRange(text: string): string | null {
  const range = parseRange(text);
  return range === null ? null : formatRange(range);
}

describe("parseRange", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["192.0.2.7/24", "192.0.2.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["203.0.113.7/0", "0.0.0.0/0"],
    ["2001:db8:1:2:3::/64", "2001:db8:1:2::/64"],
    ["2001:db8::1/128", "2001:db8::1"],
    ["::/0", "::/0"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:a00:2/122", "10.0.0.0/26"],
    ["::ffff:192.0.2.1/128", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
    ["192.0.2.7/255.255.255.0", "192.0.2.0/24"],
    ["192.0.2.7/255.255.255.255", "192.0.2.7"],
    ["192.0.2.7/0.0.0.0", "0.0.0.0/0"],
  ])("%s is %s", (text, expected) => {
    expect(canonicalRange(text)).toBe(expected);
  });

  test.each([
    "",
    "/",
    "/24",
    "192.0.2.0/",
    "192.0.2.0/33",
    "192.0.2.0/-1",
    "192.0.2.0/+8",
    "192.0.2.0/08",
    "192.0.2.0/00",
    "192.0.2.0/ 8",
    "192.0.2.0/8 ",
    "192.0.2.0/8/8",
    "192.0.2.0/1e1",
    "192.0.2.0/0x8",
    "192.0.2.0/99999999999999999999",
    "192.0.2.0/255.0.255.0",
    "192.0.2.0/255.255.255",
    "192.0.2.0/::ffff:255.0.0.0",
    "2001:db8::/129",
    "2001:db8::/255.255.255.0",
    "2001:db8::/ffff::",
    "::ffff:10.0.0.0/95",
    "::ffff:10.0.0.0/129",
    "::ffff:10.0.0.0/255.0.0.0",
    "192.0.2/24",
    "192.0.2.*",
    "example.com",
    "example.com/24",
  ])('refuses "%s"', (text) => {
    expect(parseRange(text)).toBeNull();
  });
});

test("a single address is a range of one", () => {
  expect(isSingle(parseRange("192.0.2.7")!)).toBe(true);
  expect(isSingle(parseRange("2001:db8::7")!)).toBe(true);
  expect(isSingle(parseRange("192.0.2.7/31")!)).toBe(false);
  expect(isSingle(parseRange("2001:db8::7/32")!)).toBe(false);
});

test("an IPv6 range never holds an IPv4 address, not even ::/0", () => {
  expect(rangeContains(parseRange("::/0")!, parseIp("192.0.2.1")!)).toBe(false);
  expect(rangeContains(parseRange("0.0.0.0/0")!, parseIp("2001:db8::1")!)).toBe(false);
  expect(rangeContains(parseRange("0.0.0.0/0")!, parseIp("::ffff:192.0.2.1")!)).toBe(true);
});

test.each([
  ["192.0.2.200", "192.0.2.0/24", null, "192.0.2.200"],
  ["::ffff:192.0.2.200", "192.0.2.0/24", null, "192.0.2.200"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8::/48", "2001:db8::/64", "2001:db8::/64"],
])("the network, the subnet and the limit key of %s", (text, network, subnet, key) => {
  const ip = parseIp(text)!;
  const ipSubnet = subnetOf(ip);
  expect(formatRange(networkOf(ip))).toBe(network);
  expect(ipSubnet === null ? null : formatRange(ipSubnet)).toBe(subnet);
  expect(limitKeyOf(ip)).toBe(key);
});

test("addresses sort by family, then by number", () => {
  const sorted = [
    "0.0.0.1",
    "10.0.0.0",
    "127.255.255.255",
    "255.0.0.1",
    "::",
    "::1:0:0",
    "2001:db8::",
    "ffff::1",
  ];
  const shuffled = [...sorted].sort().map((text) => parseIp(text)!);
  expect(shuffled.sort(compareIp).map(formatIp)).toEqual(sorted.map((text) => formatIp(parseIp(text)!)));
});

/** The oracle: one big number, shifted. */
function toBigInt(ip: Ip): bigint {
  if (ip.version === 4) return BigInt(ip.a);
  return [ip.a, ip.b, ip.c, ip.d].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 0x80000000, 0xffffffff));
const anyIp: fc.Arbitrary<Ip> = fc.oneof(
  word.map((a): Ip => ({ version: 4, a, b: 0, c: 0, d: 0 })),
  fc.tuple(word, word, word, word).map(([a, b, c, d]): Ip => ({ version: 6, a, b, c, d })),
);

const flippedBit = (ip: Ip, bit: number): Ip => {
  const words = [ip.a, ip.b, ip.c, ip.d];
  const index = bit >>> 5;
  words[index] = (words[index]! ^ (1 << (31 - (bit & 31)))) >>> 0;
  return { version: ip.version, a: words[0]!, b: words[1]!, c: words[2]!, d: words[3]! };
};

test("containment, masking and order agree with arithmetic on big integers", () => {
  const scenario = anyIp.chain((ip) => {
    const bits = ip.version === 4 ? 32 : 128;
    const near = fc.integer({ min: 0, max: bits - 1 }).map((bit) => flippedBit(ip, bit));
    return fc.tuple(fc.constant(ip), fc.integer({ min: 0, max: bits }), fc.oneof(near, anyIp));
  });
  fc.assert(
    fc.property(scenario, ([ip, prefix, other]) => {
      const bits = ip.version === 4 ? 32 : 128;
      const host = BigInt(bits - prefix);
      const range = parseRange(`${formatIp(ip)}/${prefix}`)!;
      // A random IPv6 address may be a mapped one, which is IPv4 as soon as it is text.
      fc.pre(range !== null && range.ip.version === ip.version);
      expect(toBigInt(range.ip)).toBe((toBigInt(ip) >> host) << host);
      expect(maskIp(ip, prefix)).toEqual(range.ip);
      expect(rangeContains(range, ip)).toBe(true);
      const isSameFamily = other.version === ip.version;
      expect(rangeContains(range, other)).toBe(
        isSameFamily && toBigInt(other) >> host === toBigInt(ip) >> host,
      );
      expect(parseRange(formatRange(range))).toEqual(range);
      if (isSameFamily) {
        const difference = toBigInt(ip) - toBigInt(other);
        expect(Math.sign(compareIp(ip, other))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
      }
    }),
    { numRuns: 2_000 },
  );
});
