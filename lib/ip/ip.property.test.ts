import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bitsOf,
  canonicalIp,
  formatIp,
  formatRange,
  type Ip,
  ipRange,
  limitKeyOf,
  parseIp,
  parseRange,
  rangeContains,
} from "@/lib/ip";
import { ipv4, ipv6 } from "@/lib/ip/parse";

const RUNS = { numRuns: 2000 };
const word = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 0xffff, 0xffff_ffff));
const four: fc.Arbitrary<Ip> = word.map(ipv4);
const six: fc.Arbitrary<Ip> = fc
  .tuple(word, word, word, word)
  .filter(([a, b, c]) => !(a === 0 && b === 0 && c === 0xffff))
  .map((words) => ipv6(...words));
const address = fc.oneof(four, six);
const garbage = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.constantFrom(..."0123456789abcdefABCDEF:./%[] \0-xX,"), { maxLength: 50 })
    .map((signs) => signs.join("")),
);

/** The address as one number: the slow and obvious form. */
function numberOf(ip: Ip): bigint {
  if (ip.version === 4) return BigInt(ip.a);
  return [ip.a, ip.b, ip.c, ip.d].reduce((sum, part) => (sum << 32n) | BigInt(part), 0n);
}

const hex = (ip: Ip) =>
  [ip.a, ip.b, ip.c, ip.d].flatMap((part) => [part >>> 16, part & 0xffff]).map((group) => group.toString(16));

describe("addresses", () => {
  test("any address is read back from its text, which is its one canonical form", () => {
    fc.assert(
      fc.property(address, (ip) => {
        const text = formatIp(ip);
        expect(parseIp(text)).toEqual(ip);
        expect(canonicalIp(text)).toBe(text);
      }),
      RUNS,
    );
  });

  test("every spelling of an IPv6 address has one canonical form", () => {
    fc.assert(
      fc.property(six, fc.boolean(), fc.boolean(), (ip, isUpper, isPadded) => {
        const groups = hex(ip).map((group) => (isPadded ? group.padStart(4, "0") : group));
        const spelled = isUpper ? groups.join(":").toUpperCase() : groups.join(":");
        expect(canonicalIp(spelled)).toBe(formatIp(ip));
        const dotted = `${groups.slice(0, 6).join(":")}:${formatIp(ipv4(ip.d))}`;
        expect(canonicalIp(dotted)).toBe(formatIp(ip));
      }),
      RUNS,
    );
  });

  test("an IPv4 address within IPv6 is that IPv4 address", () => {
    fc.assert(
      fc.property(four, (ip) => {
        const [, , , , , , high, low] = hex(ipv6(0, 0, 0xffff, ip.a));
        expect(canonicalIp(`::ffff:${formatIp(ip)}`)).toBe(formatIp(ip));
        expect(canonicalIp(`0:0:0:0:0:FFFF:${high}:${low}`)).toBe(formatIp(ip));
      }),
      RUNS,
    );
  });

  test("what is no address is null, never an error, and never a second form of one", () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const ip = parseIp(text);
        if (ip) expect(parseIp(formatIp(ip))).toEqual(ip);
        const range = parseRange(text);
        if (range) expect(parseRange(formatRange(range))).toEqual(range);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("ranges", () => {
  const range = address.chain((ip) =>
    fc.integer({ min: 0, max: bitsOf(ip) }).map((prefix) => ipRange(ip, prefix)),
  );

  test("a range is read back from its text", () => {
    fc.assert(
      fc.property(range, (given) => {
        expect(parseRange(formatRange(given))).toEqual(given);
      }),
      RUNS,
    );
  });

  test("a range holds exactly the addresses whose numbers begin like its own", () => {
    // Near its edges, where mistakes are: an address of the range with a few of its bits turned.
    const pair = range.chain((given) =>
      fc
        .tuple(
          fc.constant(given),
          fc.oneof(
            address,
            fc.nat(bitsOf(given.ip) - 1).map((bit) => turned(given.ip, bit)),
          ),
        )
        .map(([network, ip]) => ({ network, ip })),
    );
    fc.assert(
      fc.property(pair, ({ network, ip }) => {
        const shift = BigInt(bitsOf(network.ip) - network.prefix);
        const isInside =
          network.ip.version === ip.version && numberOf(network.ip) >> shift === numberOf(ip) >> shift;
        expect(rangeContains(network, ip)).toBe(isInside);
      }),
      { numRuns: 10_000 },
    );
  });

  test("two IPv6 addresses count as one visitor exactly within one /64", () => {
    fc.assert(
      fc.property(six, fc.nat(127), (ip, bit) => {
        const other = turned(ip, bit);
        if (other.version === 6) expect(limitKeyOf(other) === limitKeyOf(ip)).toBe(bit >= 64);
      }),
      RUNS,
    );
  });
});

/** The address with one bit, counted from the first, turned over. */
function turned(ip: Ip, bit: number): Ip {
  const words = [ip.a, ip.b, ip.c, ip.d];
  words[bit >> 5] = ((words[bit >> 5] ?? 0) ^ (1 << (31 - (bit & 31)))) >>> 0;
  const [a = 0, b = 0, c = 0, d = 0] = words;
  if (ip.version === 4) return ipv4(a);
  return parseIp(formatIp(ipv6(a, b, c, d))) ?? ip;
}
