import { describe, expect, test } from "vitest";
import { visitorOf } from "@/app/(dashboard)/requests/visitor-of";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp, hashSubnet } from "@/lib/privacy/hash";

const hashed = { privacy: "hashed", hashKey: "a key of the tests" } as const;
const plain = { ...hashed, privacy: "plain" } as const;
const hash = hashIp(parseIp("203.0.113.7") as Ip, hashed.hashKey);

describe("visitorOf", () => {
  test("an address is looked for by its hash, in whatever spelling, in both modes", () => {
    for (const text of ["203.0.113.7", "::ffff:203.0.113.7"]) {
      expect(visitorOf(text, hashed)).toEqual({ selector: { hashPrefix: hash }, problem: null });
      expect(visitorOf(text, plain).selector).toEqual({ hashPrefix: hash });
    }
  });

  test("an IPv6 visitor is a /64, within which one address is told by its own hash", () => {
    const ip = parseIp("2001:db8:1:2::7") as Ip;
    const hashPrefix = hashSubnet(ip, hashed.hashKey);
    const addressHash = hashIp(ip, hashed.hashKey);
    for (const mode of [hashed, plain]) {
      expect(visitorOf("2001:DB8:1:2::7", mode).selector).toEqual({ hashPrefix, addressHash });
      expect(visitorOf("2001:db8:1:2::/64", mode).selector).toEqual({ hashPrefix });
    }
  });

  test("a handle of a table finds its visitor", () => {
    const handle = `203.0.113.0/24 · ${hash.slice(0, 6)}`;
    expect(visitorOf(handle, hashed).selector).toEqual({
      hashPrefix: hash.slice(0, 6),
      network: "203.0.113.0/24",
    });
  });

  test("a range narrower than what is kept is found only where addresses are kept", () => {
    expect(visitorOf("203.0.113.0/24", hashed).selector).toEqual({ network: "203.0.113.0/24" });
    expect(visitorOf("203.0.113.0/28", plain).selector).toEqual({ addressIn: "203.0.113.0/28" });
    expect(visitorOf("203.0.113.0/28", hashed)).toMatchObject({
      selector: null,
      problem: expect.stringContaining("at least a /24"),
    });
  });

  test("what is no address says what would be right, and nothing is no problem", () => {
    expect(visitorOf("localhost", hashed).problem).toContain("203.0.113.0/24");
    expect(visitorOf("", hashed)).toEqual({ selector: null, problem: null });
  });
});
