import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalIp, formatIp, parseIp } from "@/lib/ip";

describe("parseIp reads strict text", () => {
  test.each([
    ["192.0.2.1", { version: 4, a: 0xc0000201, b: 0, c: 0, d: 0 }],
    ["0.0.0.0", { version: 4, a: 0, b: 0, c: 0, d: 0 }],
    ["255.255.255.255", { version: 4, a: 0xffffffff, b: 0, c: 0, d: 0 }],
    ["::", { version: 6, a: 0, b: 0, c: 0, d: 0 }],
    ["::1", { version: 6, a: 0, b: 0, c: 0, d: 1 }],
    ["2001:db8::1", { version: 6, a: 0x20010db8, b: 0, c: 0, d: 1 }],
    ["2001:DB8:1:2:3:4:5:6", { version: 6, a: 0x20010db8, b: 0x10002, c: 0x30004, d: 0x50006 }],
    ["1:2:3:4:5:6:7::", { version: 6, a: 0x10002, b: 0x30004, c: 0x50006, d: 0x70000 }],
    ["::2:3:4:5:6:7:8", { version: 6, a: 2, b: 0x30004, c: 0x50006, d: 0x70008 }],
    ["2001:db8::192.0.2.33", { version: 6, a: 0x20010db8, b: 0, c: 0, d: 0xc0000221 }],
    ["64:ff9b::192.0.2.33", { version: 6, a: 0x64ff9b, b: 0, c: 0, d: 0xc0000221 }],
    [
      "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
      { version: 6, a: -1 >>> 0, b: -1 >>> 0, c: -1 >>> 0, d: -1 >>> 0 },
    ],
  ])("%s", (text, expected) => {
    expect(parseIp(text)).toEqual(expected);
  });
});

test.each([
  "::ffff:203.0.113.7",
  "::FFFF:203.0.113.7",
  "::ffff:cb00:7107",
  "0:0:0:0:0:ffff:203.0.113.7",
  "0000:0000:0000:0000:0000:ffff:cb00:7107",
  "::0:ffff:203.0.113.7",
])("the IPv4-mapped %s is the IPv4 address", (text) => {
  expect(canonicalIp(text)).toBe("203.0.113.7");
});

test.each([
  ["empty", ""],
  ["one character", ":"],
  ["leading space", " 192.0.2.1"],
  ["trailing space", "192.0.2.1 "],
  ["trailing newline", "192.0.2.1\n"],
  ["a NUL at the end", "192.0.2.1\0"],
  ["port", "192.0.2.1:80"],
  ["brackets", "[2001:db8::1]"],
  ["zone", "fe80::1%eth0"],
  ["prefix", "192.0.2.0/24"],
  ["shorthand", "127.1"],
  ["decimal", "3221225985"],
  ["hexadecimal", "0x7f.0.0.1"],
  ["leading zero", "192.0.02.1"],
  ["double zero", "192.00.2.1"],
  ["octet of 256", "192.0.2.256"],
  ["a long octet", "192.0.2.0000000000000001"],
  ["five octets", "192.0.2.1.1"],
  ["trailing dot", "192.0.2.1."],
  ["leading dot", ".192.0.2.1"],
  ["empty octet", "192..2.1"],
  ["sign", "+192.0.2.1"],
  ["full-width digits", "１９２.0.2.1"],
  ["arabic digits", "٧.0.2.1"],
  ["five hex digits", "2001:db8::12345"],
  ["letter g", "2001:db8::g"],
  ["full-width letter", "2001:db8::ａ"],
  ["seven groups", "1:2:3:4:5:6:7"],
  ["nine groups", "1:2:3:4:5:6:7:8:9"],
  ["eight groups and a gap", "1:2:3:4::5:6:7:8"],
  ["two gaps", "1::2::3"],
  ["three colons", "1:::2"],
  ["only three colons", ":::"],
  ["leading colon", ":1:2:3:4:5:6:7"],
  ["trailing colon", "1:2:3:4:5:6:7:"],
  ["dotted part too early", "::192.0.2.1:1"],
  ["dotted part as the eighth group", "1:2:3:4:5:6:7:192.0.2.1"],
  ["dotted part with a leading zero", "::ffff:192.0.02.1"],
  ["dotted part too short", "::ffff:192.0.2"],
  ["dotted part with hex", "::ffff:192.0.a.1"],
  ["word", "localhost"],
  ["ten thousand digits", "1".repeat(10_000)],
  ["ten thousand colons", ":".repeat(10_000)],
])("parseIp refuses: %s", (_name, text) => {
  expect(parseIp(text)).toBeNull();
});

describe("formatIp writes RFC 5952", () => {
  test.each([
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:DB8::A", "2001:db8::a"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"],
    ["1:2:3:4:5:6::", "1:2:3:4:5:6::"],
    ["::3:4:5:6:7:8", "::3:4:5:6:7:8"],
    ["192.0.2.1", "192.0.2.1"],
    ["no address", null],
  ])("%s → %s", (text, expected) => {
    expect(canonicalIp(text)).toBe(expected);
  });
});

const anyGroups = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
  ),
  { minLength: 8, maxLength: 8 },
);

test("formatting and parsing again changes nothing, whatever the spelling", () => {
  fc.assert(
    fc.property(anyGroups, fc.boolean(), (groups, isPadded) => {
      const spelled = groups
        .map((group) => (isPadded ? group.toString(16).padStart(4, "0").toUpperCase() : group.toString(16)))
        .join(":");
      const ip = parseIp(spelled);
      expect(ip).not.toBeNull();
      const text = formatIp(ip!);
      expect(parseIp(text)).toEqual(ip);
      expect(canonicalIp(text)).toBe(text);
    }),
  );
});

test("every IPv6 text agrees with the URL parser of the platform", () => {
  const isMapped = (groups: number[]) =>
    groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  fc.assert(
    fc.property(anyGroups, (groups) => {
      fc.pre(!isMapped(groups));
      const text = groups.map((group) => group.toString(16)).join(":");
      expect(`[${canonicalIp(text)}]`).toBe(new URL(`http://[${text}]`).hostname);
    }),
  );
});

test("a text made of address characters is read as the URL parser reads it, or refused", () => {
  const soup = fc.string({ unit: fc.constantFrom(..."0123456789abcdefF:::."), minLength: 2, maxLength: 24 });
  fc.assert(
    fc.property(soup, (text) => {
      fc.pre(text.includes(":"));
      const ip = parseIp(text);
      const url = URL.canParse(`http://[${text}]`) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : null;
      if (ip?.version === 4) expect(url).toMatch(/^::ffff:/);
      else expect(ip === null ? null : formatIp(ip)).toBe(url);
    }),
    { numRuns: 2_000 },
  );
});

test("IPv4 text and its word are the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (word) => {
      const text = [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join(".");
      expect(parseIp(text)).toEqual({ version: 4, a: word, b: 0, c: 0, d: 0 });
      expect(formatIp(parseIp(text)!)).toBe(text);
    }),
  );
});
