import { Secret, TOTP } from "otpauth";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { POST } from "@/app/ip-tracking/login/route";
import { userOf } from "@/app/session";
import { auditLogs, type User } from "@/db/schema";
import { confirmTwoStep, startTwoStep } from "@/db/two-step";
import { createUser } from "@/db/users";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());

const PASSWORD = "a winter's tale of two";
const STEP_MS = 30_000;
let users = 0;
let user: User;
let secret = "";
let recovery: string[] = [];
const codeNow = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() });

// Each test has a user of its own: codes are good once, and attempts are counted by the name.
beforeEach(async () => {
  const draft = { username: `ada-${++users}`, password: PASSWORD, role: "viewer" } as const;
  user = await createUser(site.db, draft, "root");
  secret = (await startTwoStep(site.db, user)).secret;
  recovery = await confirmTwoStep(site.db, user, codeNow());
  vi.setSystemTime(Date.now() + STEP_MS);
});

type Fields = { username?: string; password?: string; code?: unknown };
const login = (fields: Fields, headers: Record<string, string> = {}) =>
  POST(
    site.visit("/ip-tracking/login/", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ username: user.username, password: PASSWORD, ...fields }),
      mark: { ip: site.freshIp() },
    }),
  );
const sessionOf = (response: Response) => response.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";

describe("a user with two-step sign-in", () => {
  test("gets in by password and code, and by no one of them alone", async () => {
    const asked = await login({});
    expect(asked.status).toBe(401);
    expect(await asked.json()).toEqual({
      error: expect.stringContaining("authenticator app"),
      code: "required",
    });
    expect(asked.headers.getSetCookie()).toEqual([]);
    const without = await login({ password: "a wrong password", code: codeNow() });
    expect(await without.json()).toEqual({ error: "Wrong username or password." });
    const right = await login({ code: codeNow() });
    expect(right.status).toBe(200);
    expect((await userOf(new Headers({ cookie: sessionOf(right) })))?.id).toBe(user.id);
  });

  test("is told of the code by the right password only: a wrong one spends none", async () => {
    for (const fields of [{}, { code: codeNow() }, { code: recovery[0] }]) {
      const response = await login({ ...fields, password: "a wrong password" });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: "Wrong username or password." });
    }
    expect((await login({ code: codeNow() })).status).toBe(200);
    expect((await login({ code: recovery[0] })).status).toBe(200);
  });

  test("cannot use a code twice, nor one that somebody saw and sends again", async () => {
    const code = codeNow();
    expect((await login({ code })).status).toBe(200);
    const again = await login({ code });
    expect(again.status).toBe(401);
    expect(await again.json()).toEqual({ error: expect.stringContaining("used before"), code: "required" });
  });

  test("may type it with a space, and leave it empty", async () => {
    expect(await (await login({ code: "" })).json()).toMatchObject({ code: "required" });
    expect(await (await login({ code: null })).json()).toMatchObject({ code: "required" });
    const code = codeNow();
    expect((await login({ code: `${code.slice(0, 3)} ${code.slice(3)} ` })).status).toBe(200);
  });

  test("is answered what is wrong where the code is no text", async () => {
    const response = await login({ code: 123456 });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: "code must be a text." });
  });

  test("has ten attempts a minute over all addresses, and twenty codes an hour", async () => {
    // All within one hour of the clock: at its turn the count of the last one fades out bit by bit.
    vi.setSystemTime(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 30_000);
    const outcomes: number[] = [];
    for (let minute = 0; minute < 4; minute++) {
      for (let attempt = 0; attempt < 6; attempt++) outcomes.push((await login({ code: "000000" })).status);
      vi.setSystemTime(Date.now() + 120_000);
    }
    expect(outcomes.indexOf(429)).toBe(20);
    expect(outcomes.slice(20)).toEqual([429, 429, 429, 429]);
    const right = await login({ code: codeNow() });
    expect(right.status).toBe(429);
    expect(right.headers.get("ratelimit")).toContain('"login-code";r=0');
  });

  test("leaves an audit row that says by which step, and holds no code", async () => {
    await site.db.delete(auditLogs);
    const code = codeNow();
    await login({ code });
    await login({ code: recovery[1] });
    const rows = await site.db.select().from(auditLogs).orderBy(auditLogs.id);
    expect(rows.map(({ after }) => (after as { step?: string }).step)).toEqual(["app", "recovery"]);
    for (const text of [code, recovery[1] as string]) expect(JSON.stringify(rows)).not.toContain(`"${text}"`);
  });
});

test("a user without it signs in as ever, whatever code is sent", async () => {
  const draft = { username: "plain", password: PASSWORD, role: "viewer" } as const;
  await createUser(site.db, draft, "root");
  expect((await login({ username: "plain", code: "000000" })).status).toBe(200);
});

test("a form of a browser comes back to a page that asks for the code", async () => {
  const send = (fields: Record<string, string>) =>
    POST(
      site.visit("/ip-tracking/login/", {
        method: "POST",
        headers: { accept: "text/html" },
        body: new URLSearchParams({
          username: user.username,
          password: PASSWORD,
          next: "/requests",
          ...fields,
        }),
        mark: { ip: site.freshIp() },
      }),
    );
  expect((await send({})).headers.get("location")).toBe("/sign-in?error=code-required&next=%2Frequests");
  expect((await send({ code: "000000" })).headers.get("location")).toBe(
    "/sign-in?error=code-wrong&next=%2Frequests",
  );
  expect((await send({ code: codeNow() })).headers.get("location")).toBe("/requests");
});

describe("the session that a browser had", () => {
  test("ends where it signs in anew: a token planted or copied before is worth nothing", async () => {
    const before = sessionOf(await login({ code: codeNow() }));
    const after = sessionOf(await login({ code: recovery[0] }, { cookie: before }));
    expect(after).not.toBe(before);
    expect(await userOf(new Headers({ cookie: before }))).toBeNull();
    expect((await userOf(new Headers({ cookie: after })))?.id).toBe(user.id);
  });

  test("goes on where the attempt fails", async () => {
    const before = sessionOf(await login({ code: codeNow() }));
    await login({ code: "000000" }, { cookie: before });
    expect(await userOf(new Headers({ cookie: before }))).not.toBeNull();
  });
});
