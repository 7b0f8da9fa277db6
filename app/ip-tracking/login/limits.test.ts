import { afterAll, beforeAll, expect, test } from "vitest";
import { POST } from "@/app/ip-tracking/login/route";
import { createUser } from "@/db/users";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());

const PASSWORD = "a winter's tale of two";
const LIMITED = { error: "Too many login attempts. Please try again later." };
beforeAll(() => createUser(site.db, { username: "ada", password: PASSWORD, role: "viewer" }, "root"));

type Extra = { headers?: Record<string, string>; policy?: string };
const login = (ip: string, fields: unknown, { headers = {}, policy }: Extra = {}) =>
  POST(
    site.visit("/ip-tracking/login/", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof fields === "string" ? fields : JSON.stringify(fields),
      mark: { ip, policy: policy ?? null },
    }),
  );
const sessionOf = (response: Response) => response.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";

test("the sixth attempt of an address in a minute is refused, even with the right password", async () => {
  for (let attempt = 1; attempt <= 5; attempt++) {
    expect((await login("192.0.2.6", { username: `guess-${attempt}`, password: "x" })).status).toBe(401);
  }
  const response = await login("192.0.2.6", { username: "ada", password: PASSWORD });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual(LIMITED);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(response.headers.get("ratelimit")).toMatch(/^"login";r=0;t=\d+$/);
  expect(response.headers.get("ratelimit-policy")).toBe('"login";q=5;w=60');
  expect((await login("192.0.2.7", { username: "ada", password: PASSWORD })).status).toBe(200);
});

test("addresses of one IPv6 /64 count as one", async () => {
  for (let host = 1; host <= 5; host++)
    await login(`2001:db8:ffff::${host}`, { username: `v6-${host}`, password: "x" });
  expect((await login("2001:db8:ffff::ffff", { username: "v6", password: "x" })).status).toBe(429);
  expect((await login("2001:db8:ffff:1::1", { username: "v6", password: "x" })).status).toBe(401);
});

test("malformed attempts count as well", async () => {
  for (let attempt = 1; attempt <= 5; attempt++) expect((await login("192.0.2.8", "{")).status).toBe(400);
  expect((await login("192.0.2.8", { username: "ada", password: PASSWORD })).status).toBe(429);
});

test("the eleventh attempt at a username is refused whatever the address and the spelling", async () => {
  await createUser(site.db, { username: "target", password: PASSWORD, role: "viewer" }, "root");
  const spellings = ["target", "TARGET", " target "];
  for (let attempt = 1; attempt <= 10; attempt++) {
    const username = spellings[attempt % 3];
    expect((await login(site.freshIp(), { username, password: "wrong" })).status).toBe(401);
  }
  const response = await login(site.freshIp(), { username: "Target", password: PASSWORD });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual(LIMITED);
  expect(response.headers.get("ratelimit")).toContain('"login-username";r=0');
});

test("a name that nobody has is limited like one that exists", async () => {
  for (let attempt = 1; attempt <= 10; attempt++) {
    await login(site.freshIp(), { username: "phantom", password: "wrong" });
  }
  expect((await login(site.freshIp(), { username: "phantom", password: "wrong" })).status).toBe(429);
});

test("a signed-in user has ten attempts, from whatever address", async () => {
  const cookie = sessionOf(await login("192.0.2.9", { username: "ada", password: PASSWORD }));
  for (let attempt = 1; attempt <= 10; attempt++) {
    const fields = { username: `other-${attempt}`, password: "x" };
    expect((await login(site.freshIp(), fields, { headers: { cookie } })).status).toBe(401);
  }
  const response = await login(site.freshIp(), { username: "other", password: "x" }, { headers: { cookie } });
  expect(response.status).toBe(429);
});

test("an attempt that the door has counted is not counted again", async () => {
  for (let attempt = 1; attempt <= 7; attempt++) {
    const fields = { username: `counted-${attempt}`, password: "x" };
    expect((await login("192.0.2.10", fields, { policy: "login" })).status).toBe(401);
  }
});

test("while nothing can be counted nobody gets in, whatever FAIL_MODE says", async () => {
  expect(process.env.FAIL_MODE ?? "open").toBe("open");
  await site.stopStore();
  for (const policy of ["login", undefined]) {
    const response = await login(site.freshIp(), { username: "ada", password: PASSWORD }, { policy });
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.get("retry-after")).toBe("5");
  }
});
