import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DATA_POLICY, securityHeaders } from "@/lib/guard/security-headers";

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const site = securityHeaders({ isHttps: false, isDev: false });

describe("the policy of a page", () => {
  test("names a new nonce each time, and nothing else by which a script could come", () => {
    const policies = Array.from({ length: 100 }, () => site.policyFor("/sign-in"));
    expect(new Set(policies).size).toBe(100);
    const scripts = policies.map((policy) => /(?:^|; )script-src ([^;]+)/.exec(policy)?.[1]);
    for (const sources of scripts) expect(sources).toMatch(/^'nonce-[0-9a-f-]{36}' 'strict-dynamic'$/);
  });

  test("has script-src as the first directive of such a name: Next.js reads the nonce from that one", () => {
    const names = site
      .policyFor("/")
      .split("; ")
      .map((directive) => directive.split(" ")[0] ?? "");
    expect(names.find((name) => name.startsWith("script-src"))).toBe("script-src");
    expect(new Set(names).size).toBe(names.length);
  });

  test("lets in the one style sheet that the library of notices writes into the page", () => {
    const source = readFileSync("node_modules/sonner/dist/index.mjs", "utf8");
    const sheet = JSON.parse(/^__insertCSS\((".*")\)/m.exec(source)?.[1] ?? '""');
    expect(sheet.length).toBeGreaterThan(1000);
    expect(site.policyFor("/")).toContain(hashOf(sheet));
    expect(site.policyFor("/")).toContain(hashOf(""));
  });

  test("allows compiling code for hot reload only", () => {
    const policy = securityHeaders({ isHttps: false, isDev: true }).policyFor("/");
    expect(policy).toContain("'unsafe-eval'");
    expect(site.policyFor("/")).not.toContain("unsafe");
  });
});

test("files and handlers run nothing", () => {
  for (const target of [
    "/_next/static/a.js",
    "/api/health",
    "/ip-tracking/login/",
    "/icon.svg",
    "/icon.svg?v=1",
  ])
    expect(site.policyFor(target)).toBe(DATA_POLICY);
});

test("only a site of https tells browsers to keep to it", () => {
  expect(site.common).not.toHaveProperty("strict-transport-security");
  const secure = securityHeaders({ isHttps: true, isDev: false });
  expect(secure.common["strict-transport-security"]).toBe("max-age=31536000");
  expect(secure.own).toEqual({ "strict-transport-security": "max-age=31536000" });
});
