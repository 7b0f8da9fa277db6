import { describe, expect, test } from "vitest";
import {
  type ClientIpInput,
  clientIp,
  FORWARDING_HEADERS,
  type ForwardedHeader,
  isPeerTrusted,
  isPlatformBelieved,
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

/** `address source`, or `null`. */
function answerTo(given: Case): string | null {
  const client = clientIp(inputOf(given));
  return client === null ? null : `${formatIp(client.ip)} ${client.source}`;
}

const xff = (value: string) => ({ "x-forwarded-for": value });
const forwarded = (value: string) => ({ forwarded: value });

describe("the peer", () => {
  test.each<[string, Case, string | null]>([
    ["is the visitor when nothing stands between", { peer: "203.0.113.7" }, "203.0.113.7 peer"],
    ["is compared as IPv4 when the socket is IPv6", { peer: "::ffff:203.0.113.7" }, "203.0.113.7 peer"],
    ["may carry a zone", { peer: "fe80::1%eth0" }, "fe80::1 peer"],
    ["is the answer when no header is there", { peer: "10.0.0.1" }, "10.0.0.1 peer"],
    ["is nobody when unknown and no header is there", { peer: null }, null],
    ["is nobody when it is no address", { peer: "@", headers: xff("198.51.100.9") }, null],
    ["is nobody when it is empty", { peer: "", headers: xff("198.51.100.9") }, null],
  ])("%s", (_name, given, expected) => {
    expect(answerTo(given)).toBe(expected);
  });
});

describe("a public visitor can forge nothing", () => {
  const forged = Object.fromEntries(FORWARDING_HEADERS.map((name) => [name, "198.51.100.9"]));

  test.each<[string, Case]>([
    ["with every header there is", { headers: forged }],
    ["with Forwarded", { headers: forwarded("for=198.51.100.9"), read: "forwarded" }],
    ["with the headers of a platform that is configured", { headers: forged, platform: "vercel" }],
    ["with the headers of the other platform", { headers: forged, platform: "cloudflare" }],
    ["where nobody is trusted", { headers: forged, trust: "none" }],
    ["where zero hops are trusted", { headers: forged, trust: "0" }],
    ["where others are trusted", { headers: forged, trust: "192.0.2.1" }],
  ])("%s", (_name, given) => {
    expect(answerTo({ peer: "203.0.113.7", ...given })).toBe("203.0.113.7 peer");
  });

  test("with a list that ends at the address a proxy has seen", () => {
    expect(answerTo({ headers: xff("198.51.100.9, 127.0.0.1, 203.0.113.7") })).toBe(
      "203.0.113.7 forwarded-for",
    );
  });

  test("with the header that the proxy does not write", () => {
    const headers = { ...xff("203.0.113.7"), ...forwarded("for=198.51.100.9") };
    expect(answerTo({ headers })).toBe("203.0.113.7 forwarded-for");
    expect(answerTo({ headers, read: "forwarded" })).toBe("198.51.100.9 forwarded");
    expect(answerTo({ headers: forwarded("for=198.51.100.9") })).toBe("127.0.0.1 peer");
    expect(answerTo({ headers: xff("198.51.100.9"), read: "forwarded" })).toBe("127.0.0.1 peer");
  });

  test("with an open quote in front of what the proxy appends", () => {
    const headers = forwarded('for="198.51.100.9, for=203.0.113.7');
    expect(answerTo({ headers, read: "forwarded" })).toBe("203.0.113.7 forwarded");
  });
});

describe("the right-most hop that is not trusted", () => {
  test.each<[string, Case, string | null]>([
    ["one proxy", { headers: xff("203.0.113.7") }, "203.0.113.7 forwarded-for"],
    ["two proxies", { headers: xff("203.0.113.7, 10.0.0.2") }, "203.0.113.7 forwarded-for"],
    ["no spaces", { headers: xff("203.0.113.7,10.0.0.2") }, "203.0.113.7 forwarded-for"],
    ["many spaces", { headers: xff("203.0.113.7  ,\t 10.0.0.2 ") }, "203.0.113.7 forwarded-for"],
    ["a developer's own curl", { headers: xff("192.168.1.100") }, "192.168.1.100 forwarded-for"],
    ["only trusted hops: the left end", { headers: xff("10.0.0.3, 10.0.0.2") }, "10.0.0.3 forwarded-for"],
    [
      "a listed proxy",
      { peer: "192.0.2.1", trust: "192.0.2.0/24", headers: xff("203.0.113.7, 192.0.2.9") },
      "203.0.113.7 forwarded-for",
    ],
    [
      "private is not trusted unless listed",
      { peer: "192.0.2.1", trust: "192.0.2.1", headers: xff("203.0.113.7, 10.0.0.2") },
      "10.0.0.2 forwarded-for",
    ],
    ["an IPv6 proxy", { peer: "fd00::1", headers: xff("2001:db8::7") }, "2001:db8::7 forwarded-for"],
    ["a port", { headers: xff("203.0.113.7:55012") }, "203.0.113.7 forwarded-for"],
    ["brackets and a port", { headers: xff("[2001:db8::7]:55012") }, "2001:db8::7 forwarded-for"],
    ["quotes", { headers: xff('"[2001:db8::7]:55012"') }, "2001:db8::7 forwarded-for"],
    ["a mapped hop", { headers: xff("::ffff:203.0.113.7") }, "203.0.113.7 forwarded-for"],
    ["a mapped trusted hop", { headers: xff("203.0.113.7, ::ffff:10.0.0.2") }, "203.0.113.7 forwarded-for"],
    [
      "an unknown peer in front of the list",
      { peer: null, headers: xff("203.0.113.7") },
      "203.0.113.7 forwarded-for",
    ],
    [
      "an unknown peer, two proxies",
      { peer: null, headers: xff("198.51.100.9, 203.0.113.7, 10.0.0.2") },
      "203.0.113.7 forwarded-for",
    ],
    ["an unknown peer, nobody trusted", { peer: null, trust: "none", headers: xff("203.0.113.7") }, null],
  ])("%s", (_name, given, expected) => {
    expect(answerTo(given)).toBe(expected);
  });
});

describe("a hop that is garbage never hides its sender", () => {
  test.each<[string, Case, string | null]>([
    ["garbage alone", { headers: xff("garbage") }, "127.0.0.1 peer"],
    ["garbage behind a proxy", { headers: xff("garbage, 10.0.0.2") }, "10.0.0.2 forwarded-for"],
    [
      "garbage to the left of the visitor",
      { headers: xff("garbage, 203.0.113.7") },
      "203.0.113.7 forwarded-for",
    ],
    [
      "garbage between proxies ends the walk",
      { headers: xff("198.51.100.9, garbage, 10.0.0.2") },
      "10.0.0.2 forwarded-for",
    ],
    ["unknown", { headers: xff("198.51.100.9, unknown") }, "127.0.0.1 peer"],
    ["an empty hop", { headers: xff("198.51.100.9, , 10.0.0.2") }, "10.0.0.2 forwarded-for"],
    ["an empty hop at the end", { headers: xff("198.51.100.9,") }, "127.0.0.1 peer"],
    ["only commas", { headers: xff(",,,") }, "127.0.0.1 peer"],
    ["a comma in front", { headers: xff(",10.0.0.2") }, "10.0.0.2 forwarded-for"],
    ["an empty header", { headers: xff("") }, "127.0.0.1 peer"],
    ["nobody to the right", { peer: null, headers: xff("198.51.100.9, garbage") }, null],
    ["an address that is nearly one", { headers: xff("198.51.100.9, 203.0.113.256") }, "127.0.0.1 peer"],
    ["two addresses in one hop", { headers: xff("198.51.100.9 203.0.113.7") }, "127.0.0.1 peer"],
  ])("%s", (_name, given, expected) => {
    expect(answerTo(given)).toBe(expected);
  });
});

describe("Forwarded (RFC 7239)", () => {
  test.each<[string, string, string]>([
    ["one element", "for=203.0.113.7;proto=https;by=10.0.0.1", "203.0.113.7 forwarded"],
    ["a quoted IPv6 node with a port", 'for="[2001:db8::7]:4711"', "2001:db8::7 forwarded"],
    ["names in capitals", "For=203.0.113.7", "203.0.113.7 forwarded"],
    ["two elements", "for=203.0.113.7, for=10.0.0.2", "203.0.113.7 forwarded"],
    ["a comma inside quotes", 'for=203.0.113.7;host="a,b"', "203.0.113.7 forwarded"],
    ["a hidden node", "for=198.51.100.9, for=_hidden, for=10.0.0.2", "10.0.0.2 forwarded"],
    ["an unknown node", "for=unknown", "127.0.0.1 peer"],
    ["an element without for", "for=198.51.100.9, proto=https", "127.0.0.1 peer"],
    ["for twice in one element", "for=198.51.100.9;for=203.0.113.7", "127.0.0.1 peer"],
    ["a malformed element", "for=198.51.100.9, for =10.0.0.2", "127.0.0.1 peer"],
    ["nothing", "", "127.0.0.1 peer"],
  ])("%s", (_name, value, expected) => {
    expect(answerTo({ headers: forwarded(value), read: "forwarded" })).toBe(expected);
  });
});

describe("a hop count", () => {
  const headers = xff("192.0.2.3, 192.0.2.2, 192.0.2.1");

  test.each<[string, string | null, string | null]>([
    ["0", "203.0.113.7", "203.0.113.7 peer"],
    ["1", "203.0.113.7", "192.0.2.1 forwarded-for"],
    ["2", "203.0.113.7", "192.0.2.2 forwarded-for"],
    ["3", "203.0.113.7", "192.0.2.3 forwarded-for"],
    ["9", "203.0.113.7", "192.0.2.3 forwarded-for"],
    ["0", null, null],
    ["1", null, "192.0.2.1 forwarded-for"],
    ["2", null, "192.0.2.2 forwarded-for"],
  ])("of %s behind %s", (trust, peer, expected) => {
    expect(answerTo({ trust, peer, headers })).toBe(expected);
  });

  test("does not step over garbage", () => {
    expect(
      answerTo({ trust: "3", peer: "203.0.113.7", headers: xff("198.51.100.9, garbage, 192.0.2.1") }),
    ).toBe("192.0.2.1 forwarded-for");
  });
});

describe("a platform's header", () => {
  const vercel = {
    "x-vercel-forwarded-for": "203.0.113.7",
    "x-real-ip": "203.0.113.8",
    ...xff("198.51.100.9"),
  };
  const cloudflare = { "cf-connecting-ip": "203.0.113.7", ...xff("198.51.100.9") };

  test.each<[string, Case, string | null]>([
    ["is believed on Vercel", { peer: null, platform: "vercel", headers: vercel }, "203.0.113.7 platform"],
    ["is believed from a trusted peer", { platform: "vercel", headers: vercel }, "203.0.113.7 platform"],
    [
      "is believed on Cloudflare",
      { peer: null, platform: "cloudflare", headers: cloudflare },
      "203.0.113.7 platform",
    ],
    [
      "of the other platform is not read",
      { peer: null, platform: "cloudflare", headers: vercel },
      "198.51.100.9 forwarded-for",
    ],
    ["is not read without a platform", { peer: null, headers: vercel }, "198.51.100.9 forwarded-for"],
    [
      "is not believed from an untrusted peer",
      { peer: "192.0.2.1", platform: "vercel", headers: vercel },
      "192.0.2.1 peer",
    ],
    [
      "needs no trusted proxies on a platform",
      { peer: null, trust: "none", platform: "vercel", headers: vercel },
      "203.0.113.7 platform",
    ],
    [
      "falls back to x-real-ip on Vercel",
      { peer: null, platform: "vercel", headers: { ...vercel, "x-vercel-forwarded-for": "?" } },
      "203.0.113.8 platform",
    ],
    [
      "that is garbage leaves the peer and its list",
      { peer: null, platform: "cloudflare", headers: { ...cloudflare, "cf-connecting-ip": "?" } },
      "198.51.100.9 forwarded-for",
    ],
    ["that is missing leaves the peer", { platform: "cloudflare" }, "127.0.0.1 peer"],
    [
      "is canonical",
      { peer: null, platform: "cloudflare", headers: { "cf-connecting-ip": "2001:DB8::0007" } },
      "2001:db8::7 platform",
    ],
  ])("%s", (_name, given, expected) => {
    expect(answerTo(given)).toBe(expected);
  });
});

describe("the work is bounded", () => {
  test("after 64 trusted hops the last one seen is the answer", () => {
    const hops = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`);
    expect(answerTo({ headers: xff(`198.51.100.9, ${hops.join(", ")}`) })).toBe("10.0.0.36 forwarded-for");
  });

  test("a hop cut through by the 8 KB limit is not read as another address", () => {
    const padding = " ".repeat(8_192 - "98.51.100.9, 10.0.0.2".length);
    expect(answerTo({ headers: { "x-forwarded-for": `198.51.100.9, ${padding}10.0.0.2` } })).toBe(
      "10.0.0.2 forwarded-for",
    );
  });

  test.each(["x-forwarded-for", "forwarded"] as const)(
    "a megabyte of %s takes no time and hides nobody",
    (read) => {
      const node = read === "forwarded" ? "for=203.0.113.7" : "203.0.113.7";
      for (const unit of ["a", ",", '"', "\\", "[", "10.0.0.1,", 'for="', ";"]) {
        const headers = new Map([[read as string, `${unit.repeat(1_000_000 / unit.length)}, ${node}`]]);
        const input = { ...inputOf({ read }), headers: { get: (name: string) => headers.get(name) ?? null } };
        const startedAt = performance.now();
        expect(formatIp(clientIp(input)!.ip)).toBe("203.0.113.7");
        expect(performance.now() - startedAt).toBeLessThan(100);
      }
    },
  );
});

test("who may be believed: a trusted or an unknown peer, and on a platform also where nobody is trusted", () => {
  const byDefault = parseTrustedProxies(undefined);
  const nobody = parseTrustedProxies("none");
  expect(["127.0.0.1", "203.0.113.7", "garbage", null].map((peer) => isPeerTrusted(peer, byDefault))).toEqual(
    [true, false, false, true],
  );
  expect(["127.0.0.1", null].map((peer) => isPeerTrusted(peer, nobody))).toEqual([false, false]);
  expect(["127.0.0.1", "203.0.113.7", null].map((peer) => isPlatformBelieved(peer, byDefault))).toEqual([
    true,
    false,
    true,
  ]);
  expect(["127.0.0.1", null].map((peer) => isPlatformBelieved(peer, nobody))).toEqual([false, true]);
});
