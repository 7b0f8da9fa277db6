import { readdirSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { type Sent, send } from "@/e2e/fixtures/http";
import { startSecondDoor } from "@/e2e/fixtures/second-door";
import { expect, test } from "@/e2e/fixtures/test";
import { DATA_POLICY, SECURITY_HEADERS } from "@/lib/guard/security-headers";

const html = { accept: "text/html" };
const script = readdirSync(".next/static/chunks").find((name) => name.endsWith(".js"));
const json = { "content-type": "application/json" };

/** Every kind of answer there is. A page's policy names a nonce; all else runs nothing. */
const ANSWERS: { name: string; sent: Sent; status: number; isPage?: boolean; isBlocked?: boolean }[] = [
  { name: "a page", sent: { path: "/sign-in", headers: html }, status: 200, isPage: true },
  { name: "a redirect to sign in", sent: { path: "/blocked", headers: html }, status: 307, isPage: true },
  { name: "a page that is not there", sent: { path: "/nothing", headers: html }, status: 404, isPage: true },
  { name: "a handler that is not there", sent: { path: "/api/nothing" }, status: 404 },
  { name: "a handler", sent: { path: "/api/health" }, status: 200 },
  { name: "a handler that wants a session", sent: { path: "/api/live" }, status: 401 },
  { name: "a handler that redirects", sent: { method: "POST", path: "/ip-tracking/logout" }, status: 303 },
  { name: "a method that nobody takes", sent: { method: "DELETE", path: "/api/health" }, status: 405 },
  {
    name: "a bad body",
    sent: { method: "POST", path: "/ip-tracking/test-geo/", body: "{", headers: json },
    status: 400,
  },
  {
    name: "a call of another site",
    sent: { method: "POST", headers: { "next-action": "0", origin: "https://evil.example" } },
    status: 403,
  },
  { name: "a picture", sent: { path: "/icon.svg" }, status: 200 },
  { name: "a script", sent: { path: `/_next/static/chunks/${script}` }, status: 200 },
  { name: "a script that is not there", sent: { path: "/_next/static/chunks/none.js" }, status: 404 },
  { name: "a target that cannot be decoded", sent: { path: "/%zz" }, status: 404, isPage: true },
  { name: "a refusal as a page", sent: { headers: html }, status: 403, isBlocked: true },
  { name: "a refusal to a program", sent: { path: "/api/health" }, status: 403, isBlocked: true },
];

function policyOf(headers: IncomingHttpHeaders): string {
  const policy = headers["content-security-policy"];
  // Two policies would come joined by a comma.
  expect(policy, "one policy").not.toContain(",");
  return String(policy);
}

test("every kind of answer has the security headers and a policy that runs nothing foreign", async ({
  product,
  visit,
  blockedAddress,
}) => {
  const nonces = new Set<string>();
  for (const { name, sent, status, isPage, isBlocked } of ANSWERS) {
    const answer = await visit(isBlocked ? { ...sent, from: blockedAddress } : sent);
    expect(answer.status, name).toBe(status);
    expect(answer.headers, name).toMatchObject(SECURITY_HEADERS);
    expect(answer.headers["x-powered-by"]).toBeUndefined();
    expect(answer.headers["strict-transport-security"], "without https").toBeUndefined();
    const policy = policyOf(answer.headers);
    expect(policy, name).toContain("frame-ancestors 'none'");
    expect(policy, name).not.toMatch(/unsafe|\*|https?:/);
    if (isPage) nonces.add(/script-src 'nonce-([\w-]{36})' 'strict-dynamic';/.exec(policy)?.[1] ?? name);
    else expect(policy.replace(/; style-src 'sha256-[^']+'$/, ""), name).toBe(DATA_POLICY);
  }
  expect(nonces.size, "a nonce for each page").toBe(ANSWERS.filter(({ isPage }) => isPage).length);
  console.log(`     ${product.mode}: ${ANSWERS.length} kinds of answers`);
});

test("every script of a page has the nonce of its policy, whatever policy the visitor sends", async ({
  visit,
}) => {
  const forged = { ...html, "content-security-policy": "script-src 'nonce-forged'" };
  const { text, headers } = await visit({ path: "/sign-in", headers: forged });
  const nonce = /'nonce-([\w-]+)'/.exec(policyOf(headers))?.[1];
  const scripts = [...text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
  expect(text).not.toContain("forged");
  expect(text).not.toMatch(/\sstyle="/);
});

test("where the site is https, browsers are told to keep to it, by pages and refusals", async ({
  product,
  visit,
  blockedAddress,
  address,
}) => {
  await visit({});
  const door = await startSecondDoor(product, { NEXTAUTH_URL: "https://gate.example" });
  try {
    for (const path of ["/sign-in", "/api/health", "/icon.svg"]) {
      const { headers } = await send(door.url, { path, from: address });
      expect(headers["strict-transport-security"], path).toBe("max-age=31536000");
    }
    await expect
      .poll(async () => (await send(door.url, { from: blockedAddress })).status, { timeout: 5000 })
      .toBe(403);
    const { headers } = await send(door.url, { from: blockedAddress });
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  } finally {
    await door.stop();
  }
});
