import { desc } from "drizzle-orm";
import { decode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST } from "@/app/ip-tracking/login/route";
import { auditLogs, type User } from "@/db/schema";
import { amendUser, createUser, findUserById } from "@/db/users";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());

const PASSWORD = "a winter's tale of two";
const JSON_TYPE = { "content-type": "application/json" };
let ada: User;
beforeAll(async () => {
  await createUser(site.db, { username: "chief", password: PASSWORD, role: "admin" }, "root");
  ada = await createUser(site.db, { username: "ada", password: PASSWORD, role: "viewer" }, "root");
});

type Extra = { headers?: Record<string, string>; policy?: string };
const login = (ip: string, fields: unknown, { headers = {}, policy }: Extra = {}) =>
  POST(
    site.visit("/ip-tracking/login/", {
      method: "POST",
      headers: { ...JSON_TYPE, ...headers },
      body: typeof fields === "string" ? fields : JSON.stringify(fields),
      mark: { ip, policy: policy ?? null },
    }),
  );
const form = (ip: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  POST(
    site.visit("/ip-tracking/login/", {
      method: "POST",
      headers: { accept: "text/html", ...headers },
      body: new URLSearchParams(fields),
      mark: { ip },
    }),
  );
const sessionOf = (response: Response) =>
  /next-auth\.session-token=([^;]+);/.exec(response.headers.getSetCookie().join("\n"))?.[1] ?? "";

describe("the right password", () => {
  test("is answered with the user, a session of eight hours that scripts cannot read, and an audit row", async () => {
    const response = await login("192.0.2.1", { username: " Ada ", password: PASSWORD });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ user: { id: ada.id, username: "ada", role: "viewer" } });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^next-auth\.session-token=\S+; Path=\/; Expires=[^;]+GMT; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const payload = await decode({ token: sessionOf(response), secret: site.secret });
    expect(payload).toMatchObject({
      sub: String(ada.id),
      name: "ada",
      role: "viewer",
      sid: expect.any(String),
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const [row] = await site.db.select().from(auditLogs).orderBy(desc(auditLogs.id)).limit(1);
    expect(row).toMatchObject({
      actor: "ada",
      action: "sign-in",
      subject: "user:ada",
      after: { requestId: expect.any(String), network: "192.0.2.0/24" },
    });
    expect(JSON.stringify(row)).not.toMatch(/192\.0\.2\.1|winter/);
    expect((await findUserById(site.db, ada.id))?.lastLoginAt).toBeInstanceOf(Date);
  });

  test("gives another token each time, and removes the chunks of an older one", async () => {
    const cookie = "next-auth.session-token.0=old; next-auth.session-token.1=old; theme=dark";
    const first = await login("192.0.2.2", { username: "ada", password: PASSWORD }, { headers: { cookie } });
    const second = await login("192.0.2.2", { username: "ada", password: PASSWORD });
    expect(sessionOf(first)).not.toBe(sessionOf(second));
    const removed = first.headers.getSetCookie().filter((line) => line.includes("Max-Age=0"));
    expect(removed.map((line) => line.split("=")[0])).toEqual([
      "next-auth.session-token.0",
      "next-auth.session-token.1",
    ]);
  });

  test("is taken from a form as well, urlencoded or multipart", async () => {
    const multipart = new FormData();
    multipart.set("username", "ada");
    multipart.set("password", PASSWORD);
    for (const body of [new URLSearchParams({ username: "ada", password: PASSWORD }), multipart]) {
      const response = await POST(
        site.visit("/ip-tracking/login", { method: "POST", body, mark: { ip: "192.0.2.3" } }),
      );
      expect(response.status).toBe(200);
      expect(sessionOf(response)).not.toBe("");
    }
  });

  test("says how far the limits are used", async () => {
    const response = await login("192.0.2.4", { username: "chief", password: PASSWORD });
    expect(response.headers.get("ratelimit-policy")).toBe('"login";q=5;w=60, "login-username";q=10;w=60');
    expect(response.headers.get("ratelimit")).toMatch(/^"login";r=4;t=\d+, "login-username";r=9;t=\d+$/);
  });
});

test("a wrong password, an unknown user and a locked one get the same answer, and no cookie", async () => {
  const locked = await createUser(
    site.db,
    { username: "locked", password: PASSWORD, role: "viewer" },
    "root",
  );
  await amendUser(site.db, locked.id, { isActive: false }, "root");
  const tries = [
    { username: "ada", password: "not the password" },
    { username: "nobody", password: PASSWORD },
    { username: "locked", password: PASSWORD },
    { username: "x".repeat(500), password: PASSWORD },
    { username: "a\u0000da", password: PASSWORD },
  ];
  for (const fields of tries) {
    const response = await login("192.0.2.5", fields);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "Wrong username or password." });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.get("ratelimit")).toContain('"login"');
  }
});

test("a request that came through no door is refused", async () => {
  const body = JSON.stringify({ username: "ada", password: PASSWORD });
  const request = () =>
    site.visit("/ip-tracking/login/", { method: "POST", headers: JSON_TYPE, body, mark: null });
  expect((await POST(request())).status).toBe(503);
  const forged = request();
  forged.headers.set(
    "x-gatehouse-visit",
    '0123456789abcdef0123456789abcdef {"ip":"192.0.2.1","policy":"login"}',
  );
  const response = await POST(forged);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: expect.stringContaining("not behind a door") });
});

test.each([
  ["no username", { password: "x" }, 400, "username is missing."],
  ["an empty password", { username: "ada", password: "" }, 400, "password is missing."],
  ["neither", {}, 400, "username is missing, password is missing."],
  ["a username that is no text", { username: { $ne: "" }, password: "x" }, 400, "username must be a text."],
  ["no JSON", "{username", 400, "The body is not valid JSON."],
  ["too much", { username: "ada", password: "x".repeat(9000) }, 413, "The body is larger than 8192 bytes."],
])("%s is answered with what is wrong", async (_name, body, status, error) => {
  const response = await login(site.freshIp(), body);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error });
});

test("a page of another site cannot sign a visitor in", async () => {
  const right = { username: "ada", password: PASSWORD };
  const foreign = await login(site.freshIp(), right, { headers: { origin: "https://evil.example" } });
  expect(foreign.status).toBe(403);
  expect(foreign.headers.getSetCookie()).toEqual([]);
  const own = await login(site.freshIp(), right, { headers: { origin: "http://localhost:3000" } });
  expect(own.status).toBe(200);
});

describe("a form that a browser sends", () => {
  beforeAll(async () => {
    await createUser(site.db, { username: "form", password: PASSWORD, role: "viewer" }, "root");
  });
  const right = { username: "form", password: PASSWORD };

  test("leads on to a page of this site, and to no other", async () => {
    const ways = [
      ["/requests?verdict=block#top", "/requests?verdict=block#top"],
      ["//evil.example/", "/"],
    ] as const;
    for (const [next, location] of ways) {
      const response = await form(site.freshIp(), { ...right, next });
      expect(response.status).toBe(303);
      expect(response.headers.get("location")).toBe(location);
      expect(sessionOf(response)).not.toBe("");
    }
  });

  test("leads back to the sign-in page where it fails, and keeps the way", async () => {
    const fail = async (fields: Record<string, string>, ip = "198.51.100.1") => {
      const response = await form(ip, { next: "/requests", ...fields });
      expect(response.status).toBe(303);
      expect(response.headers.getSetCookie()).toEqual([]);
      return response.headers.get("location");
    };
    expect(await fail({ username: "form", password: "wrong" })).toBe(
      "/sign-in?error=refused&next=%2Frequests",
    );
    expect(await fail({ username: "form" })).toBe("/sign-in?error=missing&next=%2Frequests");
    for (let attempt = 3; attempt <= 5; attempt++) await fail({ username: `f${attempt}`, password: "wrong" });
    expect(await fail({ username: "form", password: PASSWORD })).toBe("/sign-in?error=exceeded");
  });
});
