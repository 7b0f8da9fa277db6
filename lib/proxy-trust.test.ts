import { describe, expect, test } from "vitest";
import { formatRange, parseIp } from "@/lib/ip";
import { isTrustedHop, parseTrustedProxies } from "@/lib/proxy-trust";

const PRIVATE_RANGES = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "fc00::/7",
  "fe80::/10",
];
const LOOPBACK_RANGES = ["127.0.0.0/8", "::1"];

function ranges(text: string | undefined): string[] {
  const trust = parseTrustedProxies(text);
  return trust.kind === "ranges" ? trust.ranges.map(formatRange) : [];
}

describe("TRUSTED_PROXIES", () => {
  test.each([undefined, "", "  ", ","])("left at %j trusts loopback and private ranges", (text) => {
    expect(ranges(text)).toEqual([...LOOPBACK_RANGES, ...PRIVATE_RANGES]);
  });

  test.each([
    ["loopback", LOOPBACK_RANGES],
    ["Private", PRIVATE_RANGES],
    ["loopback, 203.0.113.0/24", [...LOOPBACK_RANGES, "203.0.113.0/24"]],
    [
      "203.0.113.9 2001:db8::/32,\n198.51.100.0/255.255.255.0",
      ["203.0.113.9", "2001:db8::/32", "198.51.100.0/24"],
    ],
    ["::ffff:203.0.113.0/120", ["203.0.113.0/24"]],
    ["0.0.0.0/0", ["0.0.0.0/0"]],
  ])("%j means these ranges", (text, expected) => {
    expect(ranges(text)).toEqual(expected);
  });

  test.each([
    ["0", 0],
    ["none", 0],
    ["NONE", 0],
    ["1", 1],
    [" 2 ", 2],
    ["64", 64],
  ])("%j is a hop count", (text, count) => {
    expect(parseTrustedProxies(text)).toEqual({ kind: "hops", count });
  });

  test.each([
    ["10.0.0/8", '"10.0.0/8" is not understood'],
    ["loopback, nginx", '"nginx" is not understood'],
    ["10.0.0.0/33", '"10.0.0.0/33" is not understood'],
    ["-1", '"-1" is not understood'],
    ["1.5", '"1.5" is not understood'],
    ["true", '"true" is not understood'],
    ["65", '"65" must stand alone as the number of proxies, 0 to 64'],
    ["1, 10.0.0.0/8", '"1" must stand alone'],
    ["none, loopback", '"none" must stand alone'],
  ])("%j is refused and names the entry", (text, message) => {
    expect(() => parseTrustedProxies(text)).toThrow(`TRUSTED_PROXIES: ${message}`);
  });
});

test("172.16/12 is private, the rest of 172/8 is not", () => {
  const trust = parseTrustedProxies(undefined);
  expect(isTrustedHop(trust, parseIp("172.31.255.255")!, 0)).toBe(true);
  expect(isTrustedHop(trust, parseIp("172.32.0.0")!, 0)).toBe(false);
});

test("a hop count trusts positions and does not look at addresses", () => {
  const trust = parseTrustedProxies("2");
  const ip = parseIp("203.0.113.7")!;
  expect([0, 1, 2, 3].map((index) => isTrustedHop(trust, ip, index))).toEqual([true, true, false, false]);
});
