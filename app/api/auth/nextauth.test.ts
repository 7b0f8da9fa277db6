import type { NextRequest } from "next/server";
import { getServerSession } from "next-auth/next";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import { authOptions } from "@/app/auth";
import { auditLogs, type User } from "@/db/schema";
import { confirmTwoStep, startTwoStep } from "@/db/two-step";
import { createUser, setPassword } from "@/db/users";
import { SESSION_SECONDS } from "@/lib/session";
import { scopeNextAuth, testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());
let current: NextRequest;
scopeNextAuth(() => current);

const PASSWORD = "a winter's tale of two";
const CALLBACK = "/api/auth/callback/credentials";
let ada: User;
beforeAll(async () => {
  ada = await createUser(site.db, { username: "ada", password: PASSWORD, role: "admin" }, "root");
});
beforeEach(() => site.db.delete(auditLogs));

function ask(path: string, visit: Parameters<typeof site.visit>[1] = {}): Promise<Response> {
  current = site.visit(path, visit);
  const nextauth = path.split("?")[0]?.split("/").slice(3) ?? [];
  return (visit.method === "POST" ? POST : GET)(current, { params: Promise.resolve({ nextauth }) });
}

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .flatMap((line) => line.split(";")[0] ?? [])
    .join("; ");

async function csrf(): Promise<{ token: string; cookie: string }> {
  const response = await ask("/api/auth/csrf");
  return { token: (await response.json()).csrfToken, cookie: cookieOf(response) };
}

async function signIn(
  ip: string,
  fields: Record<string, string>,
  type: "form" | "json" = "form",
): Promise<Response> {
  const { token, cookie } = await csrf();
  const all = { csrfToken: token, ...fields };
  const body = type === "form" ? new URLSearchParams(all) : JSON.stringify(all);
  const headers = { cookie, ...(type === "json" ? { "content-type": "application/json" } : {}) };
  return ask(CALLBACK, { method: "POST", headers, body, mark: { ip } });
}

const sessionCookie = () => site.signedIn(ada);

describe("the credentials callback", () => {
  test("signs in as the login route does: session, audit row, limits told", async () => {
    const response = await signIn(site.freshIp(), {
      username: "Ada",
      password: PASSWORD,
      callbackUrl: "/requests",
    });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/requests");
    expect(response.headers.get("ratelimit")).toMatch(/"login";r=4;t=\d+, "login-username";r=\d;t=\d+/);
    expect(response.headers.getSetCookie().at(-1)).toMatch(
      /^next-auth\.session-token=\S+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    expect(await site.db.select().from(auditLogs)).toMatchObject([{ actor: "ada", action: "sign-in" }]);
  });

  test("answers next-auth's own client with an address, and with the cause of a failure", async () => {
    const right = await signIn(site.freshIp(), { username: "ada", password: PASSWORD, json: "true" }, "json");
    expect(await right.json()).toEqual({ url: "http://localhost:3000/" });
    const wrong = await signIn(site.freshIp(), { username: "ada", password: "wrong", json: "true" }, "json");
    expect(wrong.status).toBe(401);
    expect((await wrong.json()).url).toContain("error=CredentialsSignin");
    expect(cookieOf(wrong)).not.toContain("session-token");
  });

  test("leads to no other site", async () => {
    for (const callbackUrl of ["https://evil.example/", "//evil.example/", "/\\evil.example", "nonsense:x"]) {
      const response = await signIn(site.freshIp(), {
        username: `n-${callbackUrl.length}`,
        password: "x",
        callbackUrl,
      });
      expect(new URL(response.headers.get("location") ?? "", "http://localhost:3000").origin).toBe(
        "http://localhost:3000",
      );
    }
  });

  test("answers the sixth attempt of an address with 429, not with a redirect", async () => {
    const ip = site.freshIp();
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await signIn(ip, { username: `guess-${attempt}`, password: "x" })).status).toBe(302);
    }
    const response = await signIn(ip, { username: "ada", password: PASSWORD });
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual({ error: "Too many login attempts. Please try again later." });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("ratelimit")).toContain('"login";r=0');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test("answers the eleventh attempt at a username with 429, over all addresses", async () => {
    for (let attempt = 1; attempt <= 10; attempt++) {
      await signIn(site.freshIp(), { username: "target", password: "x" });
    }
    const response = await signIn(site.freshIp(), { username: "TARGET", password: "x", json: "true" });
    expect(response.status).toBe(429);
    expect(response.headers.get("ratelimit")).toContain('"login-username";r=0');
  });

  test("counts what never gets to a password: GET, no token, no form, other providers", async () => {
    const tries: [string, string, Parameters<typeof site.visit>[1]][] = [
      ["GET", CALLBACK, {}],
      [
        "no token",
        CALLBACK,
        { method: "POST", body: new URLSearchParams({ username: "ada", password: PASSWORD }) },
      ],
      ["no JSON", CALLBACK, { method: "POST", body: "{", headers: { "content-type": "application/json" } }],
      ["another provider", "/api/auth/callback/github", { method: "POST" }],
      ["none", "/api/auth/callback", {}],
    ];
    for (const [name, path, visit] of tries) {
      const ip = site.freshIp();
      for (let attempt = 1; attempt <= 5; attempt++) {
        const response = await ask(path, { ...visit, mark: { ip } });
        expect(response.status, name).not.toBe(429);
        expect(cookieOf(response), name).not.toContain("session-token");
      }
      expect((await ask(path, { ...visit, mark: { ip } })).status, name).toBe(429);
    }
  });

  test("does not count what the door has counted", async () => {
    const mark = { ip: site.freshIp(), policy: "login" };
    for (let attempt = 1; attempt <= 7; attempt++) expect((await ask(CALLBACK, { mark })).status).toBe(405);
  });

  test("is closed to a request that came through no door", async () => {
    expect((await ask(CALLBACK, { method: "POST", mark: null })).status).toBe(503);
  });

  test.each([
    ["too large", `{"username":"${"x".repeat(9000)}"}`, 413],
    ["whose csrfToken is no text", '{"csrfToken":{"$ne":""}}', 400],
    ["whose callbackUrl is no text", '{"callbackUrl":[]}', 400],
  ])("refuses a body %s", async (_name, body, status) => {
    const headers = { "content-type": "application/json" };
    const mark = { ip: site.freshIp() };
    expect((await ask(CALLBACK, { method: "POST", body, headers, mark })).status).toBe(status);
  });
});

describe("two-step sign-in by the callback", () => {
  let secret = "";
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() });
  const fields = { username: "grace", password: PASSWORD };
  beforeAll(async () => {
    const grace = await createUser(site.db, { ...fields, role: "viewer" }, "root");
    secret = (await startTwoStep(site.db, grace)).secret;
    await confirmTwoStep(site.db, grace, code());
    vi.setSystemTime(Date.now() + 30_000);
  });

  test("asks a program for the code, in next-auth's own answer", async () => {
    const asked = await signIn(site.freshIp(), { ...fields, json: "true" }, "json");
    expect(asked.status).toBe(401);
    expect(await asked.json()).toMatchObject({
      url: expect.stringContaining("error=CredentialsSignin"),
      error: expect.stringContaining("code"),
      code: "required",
    });
    expect(cookieOf(asked)).not.toContain("session-token");
    const unknown = await signIn(site.freshIp(), { ...fields, password: "wrong", json: "true" }, "json");
    expect(await unknown.json()).not.toHaveProperty("code");
  });

  test("leads a form to the page that asks for it, and signs in by both", async () => {
    const asked = await signIn(site.freshIp(), fields);
    expect(asked.headers.get("location")).toBe("/sign-in?error=code-required");
    const ways = [
      ["/requests", "/sign-in?error=code-wrong&next=%2Frequests"],
      ["https://evil.example/", "/sign-in?error=code-wrong"],
    ] as const;
    for (const [callbackUrl, location] of ways) {
      const wrong = await signIn(site.freshIp(), { ...fields, code: "000000", callbackUrl });
      expect(wrong.headers.get("location")).toBe(location);
    }
    const right = await signIn(site.freshIp(), { ...fields, code: code(), callbackUrl: "/requests" });
    expect(right.headers.get("location")).toBe("/requests");
    expect(cookieOf(right)).toContain("session-token");
  });
});

describe("a session of the login route", () => {
  test("is one that getServerSession knows", async () => {
    const cookie = await sessionCookie();
    current = site.visit("/", { headers: { cookie } });
    expect(await getServerSession(authOptions())).toEqual({
      user: { id: String(ada.id), name: "ada", role: "admin" },
    });
  });

  test("keeps its end however often it is read, and cannot be given another role", async () => {
    const cookie = await sessionCookie();
    vi.setSystemTime(Date.now() + 3600_000);
    const read = await ask("/api/auth/session", { headers: { cookie } });
    expect(await read.json()).toMatchObject({ user: { name: "ada", role: "admin" } });
    const { token, cookie: csrfCookie } = await csrf();
    // The token that counts is the last one.
    const headers = { cookie: `${cookieOf(read)}; ${csrfCookie}`, "content-type": "application/json" };
    const body = JSON.stringify({
      csrfToken: token,
      data: { role: "root", name: "chief", user: { role: "root" } },
    });
    const updated = await ask("/api/auth/session", { method: "POST", headers, body });
    expect(await updated.json()).toMatchObject({ user: { name: "ada", role: "admin" } });
    vi.setSystemTime(Date.now() + (SESSION_SECONDS - 3600) * 1000 + 20_000);
    const late = await ask("/api/auth/session", { headers: { cookie: cookieOf(updated) } });
    expect(await late.json()).toEqual({});
    vi.setSystemTime(Date.now() - (SESSION_SECONDS + 20) * 1000);
  });

  test("ends by next-auth's sign-out, with an audit row", async () => {
    const { token, cookie } = await csrf();
    const headers = { cookie: `${cookie}; ${await sessionCookie()}` };
    const body = new URLSearchParams({ csrfToken: token });
    const response = await ask("/api/auth/signout", { method: "POST", headers, body });
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie().join("\n")).toMatch(/next-auth\.session-token=; Max-Age=0;/);
    expect(await site.db.select().from(auditLogs)).toMatchObject([{ actor: "ada", action: "sign-out" }]);
    const copy = await ask("/api/auth/session", { headers });
    expect(await copy.json()).toEqual({});
  });

  test("ends when the password changes: the next look removes the cookie", async () => {
    const cookie = await sessionCookie();
    await setPassword(site.db, ada.id, "another tale entirely", "root");
    const response = await ask("/api/auth/session", { headers: { cookie } });
    expect(await response.json()).toEqual({});
    expect(response.headers.getSetCookie().join("\n")).toMatch(/next-auth\.session-token=; Max-Age=0;/);
  });
});

test("a garbage session cookie is no session, and is not worth a line in the log", async () => {
  const log = vi.spyOn(console, "error");
  const response = await ask("/api/auth/session", { headers: { cookie: "next-auth.session-token=garbage" } });
  expect(await response.json()).toEqual({});
  expect(log).not.toHaveBeenCalled();
});

test("the sign-in page of next-auth is ours", async () => {
  const ways = [
    ["/api/auth/signin", "/sign-in"],
    ["/api/auth/signin?callbackUrl=%2Frequests", "/sign-in?next=%2Frequests"],
    ["/api/auth/signin?callbackUrl=https%3A%2F%2Fevil.example", "/sign-in"],
    ["/api/auth/signin?error=CredentialsSignin", "/sign-in?error=refused"],
    ["/api/auth/error?error=CredentialsSignin", "/api/auth/signin?error=CredentialsSignin"],
  ] as const;
  for (const [path, location] of ways) {
    const response = await ask(path);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(location);
  }
});

test("nobody can write to the log from outside", async () => {
  const log = vi.spyOn(console, "error");
  const body = new URLSearchParams({ level: "error", code: "INVENTED" });
  expect((await ask("/api/auth/_log", { method: "POST", body })).status).toBe(404);
  expect(log).not.toHaveBeenCalled();
});
