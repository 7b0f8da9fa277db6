import { type Answer, type Sent, send } from "@/e2e/fixtures/http";
import { limitsOf, policiesOf } from "@/e2e/fixtures/limit-fields";
import { awayFromMinuteEnd } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const PATH = "/ip-tracking/login/";
const CALLBACK = "/api/auth/callback/credentials";
const LIMITED = { error: "Too many login attempts. Please try again later." };
const WRONG = { username: "nobody", password: "wrong wrong wrong" };

const sessionOf = (answer: Answer) =>
  answer.headers["set-cookie"]?.find((line) => /^[^;]*session-token=[^;]/.test(line)) ?? null;

let users = 0;
/** A username that no other test tries: the limit for one counts over all addresses. */
const someone = () => ({ username: `someone-${process.pid}-${++users}`, password: "wrong wrong wrong" });

/** Uses up the attempts of an address in this minute. */
async function exhaust(url: string, from: string): Promise<void> {
  await awayFromMinuteEnd(15);
  for (let attempt = 0; attempt < 6; attempt++) {
    await send(url, { method: "POST", path: PATH, from, json: someone() });
  }
}

test("the right password answers 200 with the user and a session cookie", async ({ product, visit }) => {
  for (const path of [PATH, "/ip-tracking/login"]) {
    const answer = await visit({ method: "POST", path, json: product.admin });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ user: { id: expect.any(Number), username: "admin", role: "admin" } });
    expect(sessionOf(answer)).toMatch(/^next-auth\.session-token=.*; Path=\/; .*HttpOnly; SameSite=Lax$/);
  }
});

test("a form signs in as JSON does", async ({ product, visit }) => {
  const { username, password } = product.admin;
  const body = new URLSearchParams({ username, password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await visit({ method: "POST", path: PATH, body, headers });
  expect(answer.status).toBe(200);
  expect(sessionOf(answer)).not.toBeNull();
});

test("an unknown name and a wrong password get one and the same 401", async ({ product, visit }) => {
  const unknown = await visit({ method: "POST", path: PATH, json: someone() });
  const wrong = await visit({
    method: "POST",
    path: PATH,
    json: { ...product.admin, password: WRONG.password },
  });
  expect([unknown.status, wrong.status]).toEqual([401, 401]);
  expect(unknown.text).toBe(wrong.text);
  expect(Object.keys(unknown.json())).toEqual(["error"]);
  expect([sessionOf(unknown), sessionOf(wrong)]).toEqual([null, null]);
});

test("after five attempts in a minute an address gets 429 with the documented body", async ({ visit }) => {
  await awayFromMinuteEnd(15);
  const answers: Answer[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    answers.push(await visit({ method: "POST", path: PATH, json: someone() }));
  }
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const last = answers.at(-1) as Answer;
  expect(last.json()).toEqual(LIMITED);
  expect(policiesOf(last)).toContainEqual({ policy: "login", quota: 5, windowSeconds: 60 });
  expect(Number(last.headers["retry-after"])).toBeGreaterThanOrEqual(limitsOf(last)[0]?.resetSeconds ?? 0);
});

test("an IPv6 visitor has one limit for the /64, not one for each address in it", async ({
  visit,
  addresses,
}) => {
  await awayFromMinuteEnd(15);
  const prefix = addresses.ipv6().replace("::1", "");
  const statuses: number[] = [];
  for (let host = 1; host <= 8; host++) {
    const answer = await visit({ method: "POST", path: PATH, json: someone(), from: `${prefix}::${host}` });
    statuses.push(answer.status);
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  const neighbour = await visit({ method: "POST", path: PATH, json: someone(), from: `${prefix}:1::1` });
  expect(neighbour.status).toBe(401);
});

test("a username has a limit over all addresses", async ({ product, addresses }) => {
  await awayFromMinuteEnd(20);
  const { username } = someone();
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 14; attempt++) {
    const json = { username, password: "wrong wrong wrong" };
    statuses.push(
      (await send(product.url, { method: "POST", path: PATH, from: addresses.ipv4(), json })).status,
    );
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.slice(10)).toEqual([429, 429, 429, 429]);
});

test("a signed-in user has ten attempts a minute", async ({ visit, adminCookie }) => {
  await awayFromMinuteEnd(20);
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 13; attempt++) {
    const answer = await visit({
      method: "POST",
      path: PATH,
      json: someone(),
      headers: { cookie: adminCookie },
    });
    statuses.push(answer.status);
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
});

/** Signs in by next-auth's own callback, as its client does. */
async function byCallback(url: string, path: string, from: string, credentials: object): Promise<Answer> {
  const csrf = await send(url, { path: "/api/auth/csrf", from });
  const cookie = csrf.headers["set-cookie"]?.map((line) => line.split(";")[0]).join("; ") ?? "";
  const form = { csrfToken: String(csrf.json().csrfToken), json: "true", ...credentials };
  return send(url, {
    method: "POST",
    path,
    from,
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

test("next-auth's callback signs in too", async ({ product, address }) => {
  const answer = await byCallback(product.url, CALLBACK, address, product.admin);
  expect(answer.status).toBe(200);
  expect(sessionOf(answer)).not.toBeNull();
});

test("next-auth's callback and the login share one limit", async ({ product, address }) => {
  await exhaust(product.url, address);
  const answer = await byCallback(product.url, CALLBACK, address, product.admin);
  expect(answer.status).toBe(429);
  expect(sessionOf(answer)).toBeNull();
});

const SPELLINGS = [
  "/ip-tracking/login",
  "//ip-tracking//login/",
  "/ip-tracking/%6cogin",
  "/ip-tracking%2Flogin",
  "/IP-TRACKING/LOGIN",
  "/ip-tracking/./login/",
  "/nothing/../ip-tracking/login",
  "/ip-tracking/login//",
  "/ip-tracking/login/?a=1",
  "/ip-tracking/login;a=1",
  "\\ip-tracking\\login",
  CALLBACK,
  `${CALLBACK}/`,
  `${CALLBACK}/extra`,
  `/${CALLBACK}`,
  "/api/auth//callback/credentials",
  "/api/auth/callback/%63redentials",
  "/api/auth/%63allback/credentials",
  "/API/AUTH/CALLBACK/CREDENTIALS",
];

test("no spelling of the path signs in a visitor whose attempts are used up", async ({
  product,
  address,
}) => {
  await exhaust(product.url, address);
  for (const path of SPELLINGS) {
    const byJson = await send(product.url, { method: "POST", path, from: address, json: product.admin });
    expect(sessionOf(byJson), `${path} answered ${byJson.status}`).toBeNull();
    const byForm = await byCallback(product.url, path, address, product.admin);
    expect(sessionOf(byForm), `${path} answered ${byForm.status}`).toBeNull();
  }
});

test("attempts by odd spellings are counted: no address gets more than five", async ({
  product,
  addresses,
}) => {
  for (const path of SPELLINGS) {
    await awayFromMinuteEnd(15);
    const from = addresses.ipv4();
    const attempt: Sent = { method: "POST", path, from };
    const statuses: number[] = [];
    for (let count = 0; count < 7; count++) {
      statuses.push((await send(product.url, { ...attempt, json: someone() })).status);
    }
    const looked = statuses.filter((status) => status === 401 || status === 200 || status === 302);
    expect(looked.length, `${path}: ${statuses}`).toBeLessThanOrEqual(5);
  }
});

test("only POST signs in", async ({ product, addresses }) => {
  const { username, password } = product.admin;
  for (const method of ["GET", "PUT", "HEAD"]) {
    const query = new URLSearchParams({ username, password }).toString();
    const answer = await send(product.url, { method, path: `${PATH}?${query}`, from: addresses.ipv4() });
    expect(answer.status, method).toBe(405);
    expect(sessionOf(answer)).toBeNull();
  }
});

test("a page of another site signs nobody in", async ({ product, visit }) => {
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const answer = await visit({ method: "POST", path: PATH, json: product.admin, headers });
  expect(answer.status).toBe(403);
  expect(sessionOf(answer)).toBeNull();
});

test("neither name nor password is written down", async ({ product, visit }) => {
  const { id } = await visit({
    method: "POST",
    path: PATH,
    json: { username: "carol-7f3a", password: "hush-hush-9c1d" },
  });
  await product.recorded(id);
  const [found] = await product.sql`
    select (select count(*)::int from request_logs as row where row::text ~ 'carol-7f3a|hush-hush-9c1d') as logs,
      (select count(*)::int from audit_logs as row where row::text ~ 'hush-hush-9c1d') as audit`;
  expect(found).toEqual({ logs: 0, audit: 0 });
  expect(product.logs()).not.toMatch(/hush-hush-9c1d/);
});
