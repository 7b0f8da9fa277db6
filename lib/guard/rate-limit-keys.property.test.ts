import fc from "fast-check";
import { expect, test } from "vitest";
import { type LimitIdentity, storeKey } from "@/lib/guard/rate-limit";
import { formatIp, type Ip, limitKeyOf, parseIp } from "@/lib/ip";
import { ipv4, ipv6 } from "@/lib/ip/parse";

const KEY = "a key of the server";
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const ip: fc.Arbitrary<Ip> = fc.oneof(
  word.map(ipv4),
  fc.tuple(word, word, word, word).map((words) => parseIp(formatIp(ipv6(...words))) as Ip),
);
/** Names as a visitor may type them to be counted as somebody else, or to break the store's keys. */
const typed = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  ip.map((address) => limitKeyOf(address)),
  ip.map((address) => `limit:${limitKeyOf(address)}`),
  fc.nat().map((id) => `user:${id}`),
  fc.constantFrom("", ":", "a:b", "a\r\nFLUSHALL\r\n", "*", "{a}", "__proto__"),
);
const identity: fc.Arbitrary<LimitIdentity> = fc.oneof(
  ip.map((address) => ({ kind: "anonymous", ip: address }) as const),
  fc.nat().map((userId) => ({ kind: "user", userId }) as const),
  typed.map((key) => ({ kind: "key", key }) as const),
);

/** Who is counted: the slow and obvious form, which may be of any length. */
function visitorOf(who: LimitIdentity): string {
  if (who.kind === "anonymous") return JSON.stringify([who.kind, limitKeyOf(who.ip)]);
  return JSON.stringify([who.kind, who.kind === "user" ? who.userId : who.key.toWellFormed()]);
}

test("a key of the limits is short, of harmless signs, and holds no address", () => {
  fc.assert(
    fc.property(identity, (who) => {
      const key = storeKey(who, KEY);
      expect(key).toMatch(/^(user:\d{1,16}|[0-9a-f]{32})$/);
      if (who.kind === "anonymous") expect(key).not.toContain(formatIp(who.ip));
    }),
    { numRuns: 3000 },
  );
});

test("two identities share a key exactly where they are one visitor, whatever somebody types", () => {
  fc.assert(
    fc.property(identity, identity, (one, other) => {
      expect(storeKey(one, KEY) === storeKey(other, KEY)).toBe(visitorOf(one) === visitorOf(other));
    }),
    { numRuns: 3000 },
  );
});

test("all addresses of one /64 share a key, and nobody knows it without the server's own", () => {
  fc.assert(
    fc.property(word, word, word, word, word, word, (a, b, c, d, e, f) => {
      // A global address: what is within ::ffff:0:0/96 is an IPv4 address.
      const [one, other] = [ipv6(a | 0x2000_0000, b, c, d), ipv6(a | 0x2000_0000, b, e, f)];
      const key = storeKey({ kind: "anonymous", ip: one }, KEY);
      expect(storeKey({ kind: "anonymous", ip: other }, KEY)).toBe(key);
      expect(storeKey({ kind: "anonymous", ip: one }, "another key")).not.toBe(key);
    }),
    { numRuns: 1000 },
  );
});
