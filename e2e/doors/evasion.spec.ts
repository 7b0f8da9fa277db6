import { headerOf, type Sent, sendRaw, statusOf } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { block, OPEN_PATH } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const SUBREQUEST = Array(5).fill("middleware").join(":");
const FORGED_MARK = JSON.stringify({ requestId: "1", ip: "127.0.0.1", policy: "login", limits: [] });

/** Everything by which a request might get past the guard, or past the record. */
const TRICKS: Record<string, Sent> = {
  "a forged x-middleware-subrequest": { headers: { "x-middleware-subrequest": SUBREQUEST } },
  "a forged x-middleware-subrequest of a src folder": {
    headers: { "x-middleware-subrequest": SUBREQUEST.replaceAll("middleware", "src/middleware") },
  },
  "a forged x-middleware-subrequest-id": {
    headers: { "x-middleware-subrequest": SUBREQUEST, "x-middleware-subrequest-id": "0".repeat(16) },
  },
  "a forged x-middleware-next": {
    headers: { "x-middleware-next": "1", "x-middleware-rewrite": "/icon.svg" },
  },
  "a forged mark of another door": { headers: { "x-gatehouse-visit": `${"0".repeat(32)} ${FORGED_MARK}` } },
  "a forged mark without its token": { headers: { "x-gatehouse-visit": FORGED_MARK } },
  "a forged replay mark": { headers: { "x-gatehouse-replay": `${"0".repeat(32)} 1577836800000` } },
  "Next-Router-Prefetch": { headers: { "next-router-prefetch": "1", rsc: "1" } },
  RSC: { headers: { rsc: "1" }, path: "/sign-in" },
  "an _rsc query": { path: "/sign-in?_rsc=abc12" },
  "Purpose: prefetch": { headers: { purpose: "prefetch", "sec-purpose": "prefetch;prerender" } },
  "x-middleware-prefetch": { headers: { "x-middleware-prefetch": "1" } },
  "x-nextjs-data": { headers: { "x-nextjs-data": "1" }, path: "/_next/data/build/sign-in.json" },
  "a _next/data path": { path: "/_next/data/development/index.json" },
  "a _next/static path": { path: "/_next/static/chunks/none.js" },
  "the image optimiser": { path: "/_next/image?url=%2Ficon.svg&w=64&q=75" },
  "a server action": { method: "POST", headers: { "next-action": "0".repeat(42) }, body: "[]" },
  "a HEAD request": { method: "HEAD" },
  "an OPTIONS request": { method: "OPTIONS", headers: { "access-control-request-method": "POST" } },
  "a method of nobody's": { method: "PROPFIND" },
  "a method that another stands for": { method: "POST", headers: { "x-http-method-override": "GET" } },
  "a path with dot segments": { path: "/nothing/../sign-in" },
  "a path in percent-encoding": { path: "/%73ign-in" },
  "a path that cannot be decoded": { path: "/%zz%ff" },
  "another host": { headers: { host: "evil.example", "x-forwarded-host": "evil.example" } },
  "addresses in the other headers that claim one": {
    headers: {
      forwarded: "for=192.0.2.250",
      "x-real-ip": "192.0.2.250",
      "x-client-ip": "192.0.2.250",
      "true-client-ip": "192.0.2.250",
      "cf-connecting-ip": "192.0.2.250",
      "x-vercel-forwarded-for": "192.0.2.250",
    },
  },
  "a forged query": { path: "/sign-in?__nextLocale=en&nxtPslug=x&__nextDataReq=1" },
  "a body of megabytes": { method: "POST", body: "x".repeat(2_000_000), path: "/sign-in" },
};

for (const [name, sent] of Object.entries(TRICKS)) {
  test(`${name} gets no blocked visitor in and hides nobody`, async ({ product, visit, blockedAddress }) => {
    const free = await visit(sent);
    expect(free.status).not.toBe(403);
    const refused = await visit({ ...sent, from: blockedAddress });
    expect(refused.status).toBe(403);
    const [freeRow, row] = await Promise.all([product.recorded(free.id), product.recorded(refused.id)]);
    expect(freeRow).toMatchObject({ verdict: "allow", door: doorOf(product) });
    expect(row).toMatchObject({ verdict: "block", status: 403, door: doorOf(product) });
    expect(row.network).toBe(`${blockedAddress.replace(/\.\d+$/, "")}.0/24`);
    expect(Math.abs(row.occurred_at.getTime() - Date.now())).toBeLessThan(30_000);
  });
}

const doorOf = ({ mode }: Product) => (mode === "node-door" ? "node" : "edge");

const RAW: Record<string, (host: string, from: string) => string> = {
  "Upgrade: websocket": (host, from) =>
    `GET /_next/webpack-hmr HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${from}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "Upgrade: h2c": (host, from) =>
    `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${from}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
  "HTTP/1.0 without a host": (_host, from) => `GET / HTTP/1.0\r\nX-Forwarded-For: ${from}\r\n\r\n`,
};

for (const [name, request] of Object.entries(RAW)) {
  test(`${name} gets no blocked visitor in and hides nobody`, async ({ product, blockedAddress }) => {
    const received = await sendRaw(product.url, request(`127.0.0.1:${product.port}`, blockedAddress));
    if (product.mode === "edge-door" && name.startsWith("Upgrade")) {
      // Next.js gives an upgrade to nobody but hot reload: it closes the connection before any middleware is asked.
      expect(received).toBe("");
      return;
    }
    expect(statusOf(received), received).toBe(403);
    const row = await product.recorded(headerOf(received, "x-request-id") ?? "");
    expect(row).toMatchObject({ verdict: "block", status: 403 });
  });
}

for (const [name, target] of [
  ["doubled slashes", "//sign-in"],
  ["a backslash", "/\\sign-in"],
  ["an absolute address", "http://other.example/sign-in"],
] as const) {
  test(`a target with ${name} gets no blocked visitor in`, async ({ product, visit, blockedAddress }) => {
    const answer = await visit({ path: target, from: blockedAddress });
    if (product.mode === "edge-door") {
      // Next.js itself sends such a target on to its plain form, before any middleware is asked; that one is refused.
      expect(answer.status).toBe(308);
      expect(answer.headers.location).toMatch(/^(http:\/\/other\.example)?\/sign-in$/);
      return;
    }
    expect(answer.status).toBe(403);
    await expect(product.recorded(answer.id)).resolves.toMatchObject({ verdict: "block", path: target });
  });
}

test("each of several requests on one connection is decided for itself", async ({
  product,
  address: free,
  blockedAddress: address,
}) => {
  const from = (visitor: string, rest = "") =>
    `GET ${OPEN_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: ${visitor}\r\n${rest}\r\n`;
  const received = await sendRaw(
    product.url,
    from(free) + from(address) + from(free, "Connection: close\r\n"),
  );
  expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1])).toEqual(["200", "403", "200"]);
});

test("a forged chain of addresses neither lifts a block nor brings one upon somebody else", async ({
  visit,
  address: other,
  blockedAddress: address,
}) => {
  const chains: [chain: string | string[], status: number][] = [
    [`${other}, ${address}`, 403],
    [`127.0.0.1, ${address}`, 403],
    [`${other}, ${address}, 10.0.0.7`, 403],
    [`${other},${address}:4711 , [::1]`, 403],
    [`${other}, ::ffff:${address}`, 403],
    [[other, address], 403],
    [`${address}, ${other}`, 200],
    [[address, other], 200],
    [`${address}, ${other}, 192.168.0.1`, 200],
  ];
  for (const [chain, status] of chains) {
    const answer = await visit({ path: OPEN_PATH, from: undefined, headers: { "x-forwarded-for": chain } });
    expect(answer.status, String(chain)).toBe(status);
  }
});

test("an IPv6 visitor is known in every spelling of the address", async ({ product, visit }) => {
  const prefix = "2001:db8:fade";
  await block(product, `${prefix}::1`);
  const spellings = [`${prefix}:0:0:0:0:1`, "2001:0DB8:FADE:0000:0000:0000:0000:0001", `[${prefix}::1]:443`];
  for (const from of spellings) expect((await visit({ path: OPEN_PATH, from })).status, from).toBe(403);
});
