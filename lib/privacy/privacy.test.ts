import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp, hashSubnet, isVisitorHash, visitorHash } from "@/lib/privacy/hash";
import { seal, unseal } from "@/lib/privacy/seal";

const ip = (text: string) => parseIp(text) as Ip;

test("a visitor's hash is HMAC-SHA-256 of the canonical address, cut to 128 bits", () => {
  const expected = createHmac("sha256", "key").update("2001:db8::1").digest("hex").slice(0, 32);
  expect(hashIp(ip("2001:0DB8:0:0::1"), "key")).toBe(expected);
  expect(isVisitorHash(expected)).toBe(true);
  expect(hashIp(ip("::ffff:192.0.2.1"), "key")).toBe(hashIp(ip("192.0.2.1"), "key"));
  expect(hashIp(ip("192.0.2.1"), "another key")).not.toBe(hashIp(ip("192.0.2.1"), "key"));
});

test("the addresses of one /64 share the subnet's hash; IPv4 has none", () => {
  expect(hashSubnet(ip("2001:db8:1:2::1"), "key")).toBe(hashSubnet(ip("2001:db8:1:2:ffff::9"), "key"));
  expect(hashSubnet(ip("2001:db8:1:3::1"), "key")).not.toBe(hashSubnet(ip("2001:db8:1:2::1"), "key"));
  expect(hashSubnet(ip("192.0.2.1"), "key")).toBeNull();
  expect(visitorHash(ip("2001:db8:1:2::1"), "key")).toBe(hashSubnet(ip("2001:db8:1:2::1"), "key"));
  expect(visitorHash(ip("192.0.2.1"), "key")).toBe(hashIp(ip("192.0.2.1"), "key"));
});

test("what is sealed comes back, and is never sealed alike twice", async () => {
  const text = `{"path":"/${"ä".repeat(100_000)}"}`;
  const sealed = await seal(text, "secret", "batch 1");
  expect(await unseal(sealed, "secret", "batch 1")).toBe(text);
  expect(await seal(text, "secret", "batch 1")).not.toBe(sealed);
});

test("another key, another label, a changed bit or garbage open nothing", async () => {
  const sealed = await seal("text", "secret", "batch 1");
  expect(await unseal(sealed, "other", "batch 1")).toBeNull();
  expect(await unseal(sealed, "secret", "batch 2")).toBeNull();
  expect(await unseal(`${sealed.slice(0, -3)}AAA`, "secret", "batch 1")).toBeNull();
  for (const garbage of ["", "v1.", "v1.!!!", "v2.AAAA", "plain"])
    expect(await unseal(garbage, "secret", "batch 1")).toBeNull();
});
