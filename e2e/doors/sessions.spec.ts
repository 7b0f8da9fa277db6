import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, send } from "@/e2e/fixtures/http";
import { policiesOf } from "@/e2e/fixtures/limit-fields";
import { expect, signIn, test } from "@/e2e/fixtures/test";
import { codeOf, enrolledUser } from "@/e2e/fixtures/two-step";

const LOGIN = "/ip-tracking/login/";
const LOGOUT = "/ip-tracking/logout/";
const cookieOf = (answer: Answer) =>
  answer.headers["set-cookie"]?.find((line) => /session-token=[^;]/.test(line))?.split(";")[0] ?? "";

test("signing out ends the session for every copy of its token: at once for pages, within 2 s for limits", async ({
  product,
  addresses,
}) => {
  const cookie = await signIn(product, addresses.ipv4());
  const page = () => send(product.url, { path: "/jobs", from: addresses.ipv4(), headers: { cookie } });
  const quota = async () => {
    const path = "/ip-tracking/test-geo/";
    const answer = await send(product.url, { path, from: addresses.ipv4(), headers: { cookie } });
    return policiesOf(answer).find(({ policy }) => policy === "test-geo")?.quota;
  };
  expect((await page()).status).toBe(200);
  await expect.poll(quota, { timeout: 5000 }).toBe(10);

  const out = { method: "POST", path: LOGOUT, from: addresses.ipv4(), headers: { cookie } };
  expect((await send(product.url, out)).status).toBe(303);
  expect((await page()).headers.location).toMatch(/^\/sign-in/);
  const from = performance.now();
  while ((await quota()) !== 5 && performance.now() - from < 10_000) await sleep(200);
  expect(performance.now() - from).toBeLessThan(2000);
});

test("a new sign-in of a browser ends the session that it had", async ({ product, addresses }) => {
  const before = await signIn(product, addresses.ipv4());
  const again = await send(product.url, {
    method: "POST",
    path: LOGIN,
    from: addresses.ipv4(),
    json: product.admin,
    headers: { cookie: before },
  });
  const after = cookieOf(again);
  const status = async (cookie: string) =>
    (await send(product.url, { path: "/jobs", from: addresses.ipv4(), headers: { cookie } })).status;
  expect(await status(after)).toBe(200);
  expect(await status(before)).toBe(307);
});

test("a command ends all sessions of a user, and another lets in by the password alone", async ({
  product,
  addresses,
}) => {
  const { username, password, secret } = await enrolledUser(product, `lost-${product.mode}`);
  const login = (code?: string) =>
    send(product.url, {
      method: "POST",
      path: LOGIN,
      from: addresses.ipv4(),
      json: { username, password, code },
    });
  const cookie = cookieOf(await login(codeOf(secret)));
  const open = () => send(product.url, { path: "/jobs", from: addresses.ipv4(), headers: { cookie } });
  expect((await open()).status).toBe(200);
  expect((await product.cli(["users", "sign-out", username])).output).toContain("1 session ended");
  expect((await open()).status).toBe(307);
  expect((await login()).status).toBe(401);
  expect((await product.cli(["users", "two-step", "off", username])).code).toBe(0);
  expect((await login()).status).toBe(200);
});

test("two-step sign-in over HTTP asks for the code after the right password, and takes it once", async ({
  product,
  addresses,
}) => {
  const { username, password, secret, recovery } = await enrolledUser(product, `two-${product.mode}`);
  const login = (fields: object) =>
    send(product.url, {
      method: "POST",
      path: LOGIN,
      from: addresses.ipv4(),
      json: { username, password, ...fields },
    });
  const asked = await login({});
  expect(asked.status).toBe(401);
  expect(asked.json()).toEqual({ error: expect.any(String), code: "required" });
  expect(cookieOf(asked)).toBe("");
  const wrong = await login({ password: "not the password", code: codeOf(secret) });
  expect(wrong.json()).toEqual({ error: "Wrong username or password." });
  const code = codeOf(secret);
  expect((await login({ code })).status).toBe(200);
  expect((await login({ code })).status).toBe(401);
  expect((await login({ code: recovery[0] })).status).toBe(200);
  expect((await login({ code: recovery[0] })).status).toBe(401);
});
