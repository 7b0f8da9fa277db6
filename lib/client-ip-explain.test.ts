import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClientIpInput,
  clientIp,
  explainClientIp,
  type ForwardedHeader,
  type Platform,
  parseTrustedProxies,
} from "@/lib/client-ip";
import { formatIp } from "@/lib/ip";

type Case = {
  peer?: string | null;
  trust?: string;
  platform?: Platform;
  read?: ForwardedHeader;
  headers?: Record<string, string>;
};

function inputOf({ peer = "127.0.0.1", trust, platform = null, read, headers = {} }: Case): ClientIpInput {
  const input = { headers: new Headers(headers), peer, trust: parseTrustedProxies(trust), platform };
  return read === undefined ? input : { ...input, forwardedHeader: read };
}

const xff = (value: string) => ({ "x-forwarded-for": value });

describe("explainClientIp", () => {
  test("shows every hop from here outwards, and which of them counted", () => {
    const { hops, ignoredHeaders } = explainClientIp(
      inputOf({
        headers: { ...xff("198.51.100.9, garbage, 203.0.113.7, 10.0.0.2"), "x-real-ip": "198.51.100.9" },
      }),
    );
    expect(hops.map(({ origin, text, trusted, believed }) => [origin, text, trusted, believed])).toEqual([
      ["peer", "127.0.0.1", true, true],
      ["x-forwarded-for", "10.0.0.2", true, true],
      ["x-forwarded-for", "203.0.113.7", false, true],
      ["x-forwarded-for", "garbage", false, false],
      ["x-forwarded-for", "198.51.100.9", false, false],
    ]);
    expect(ignoredHeaders).toEqual(["x-real-ip"]);
  });

  test("shows that nothing of an untrusted peer's list counted", () => {
    const { hops, client } = explainClientIp(inputOf({ peer: "203.0.113.7", headers: xff("198.51.100.9") }));
    expect(hops.map((hop) => hop.believed)).toEqual([true, false]);
    expect(client && formatIp(client.ip)).toBe("203.0.113.7");
  });

  test("says the same as clientIp, whatever comes", () => {
    const node = fc.constantFrom(
      "127.0.0.1",
      "10.0.0.2",
      "203.0.113.7",
      "[2001:db8::1]:80",
      "garbage",
      "",
      "unknown",
    );
    const list = fc.array(node, { maxLength: 6 }).map((nodes) => nodes.join(", "));
    const given = fc.record({
      peer: fc.option(node),
      trust: fc.constantFrom("", "none", "1", "2", "3", "203.0.113.0/24"),
      platform: fc.constantFrom<Platform>("vercel", "cloudflare", null),
      read: fc.constantFrom<ForwardedHeader>("x-forwarded-for", "forwarded"),
      headers: fc.record({
        "x-forwarded-for": list,
        forwarded: list.map((text) => text.replace(/[^, ]+/g, 'for="$&"')),
        "x-vercel-forwarded-for": node,
        "cf-connecting-ip": node,
      }),
    });
    fc.assert(
      fc.property(given, (one) => {
        const input = inputOf(one);
        const { client, hops } = explainClientIp(input);
        expect(client).toEqual(clientIp(input));
        if (client !== null)
          expect(hops.filter((hop) => hop.believed).map((hop) => hop.ip)).toContainEqual(client.ip);
      }),
      { numRuns: 2_000 },
    );
  });
});
