import { type Answer, send } from "@/e2e/fixtures/http";
import { limitsOf, policiesOf } from "@/e2e/fixtures/limit-fields";
import { awayFromMinuteEnd } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const PATH = "/ip-tracking/test-geo/";
const FIELDS = ["asn", "city", "country", "country_code", "ip_address", "latitude", "longitude", "source"];

test("POST with an address answers with its place, as documented", async ({ visit }) => {
  const answer = await visit({ method: "POST", path: PATH, json: { ip: "197.210.64.1" } });
  expect(answer.status).toBe(200);
  const place = answer.json();
  expect(Object.keys(place).sort()).toEqual(FIELDS);
  expect(place).toMatchObject({ ip_address: "197.210.64.1", country: "Nigeria", country_code: "NG" });
  expect(place.latitude).toEqual(expect.any(Number));
  expect(place.longitude).toEqual(expect.any(Number));
});

test("an IPv6 address has a place too", async ({ visit }) => {
  const answer = await visit({ method: "POST", path: PATH, json: { ip: "2a00:1450:4001:80b::200e" } });
  expect(answer.json()).toMatchObject({
    ip_address: "2a00:1450:4001:80b::200e",
    country_code: expect.any(String),
  });
});

test("GET answers for the caller", async ({ visit, address, addresses }) => {
  const ipv6 = addresses.ipv6();
  for (const from of [address, ipv6]) {
    const answer = await visit({ path: PATH, from });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ ip_address: from, country: null, city: null });
  }
  expect((await visit({ path: PATH, from: "197.210.64.2" })).json()).toMatchObject({ country: "Nigeria" });
});

test("with and without the trailing slash it answers at once, without a redirect", async ({ visit }) => {
  for (const path of ["/ip-tracking/test-geo/", "/ip-tracking/test-geo"]) {
    const got = await visit({ path });
    expect(got.status, path).toBe(200);
    expect(got.headers.location).toBeUndefined();
    const posted = await visit({ method: "POST", path, json: { ip: "192.0.2.1" } });
    expect(posted.status, path).toBe(200);
  }
});

test("bad JSON, a missing and an impossible address are refused with what is wrong", async ({
  visit,
  addresses,
}) => {
  const bodies = [
    "{",
    "[]",
    "{}",
    '{"ip":""}',
    '{"ip":"256.1.1.1"}',
    '{"ip":"localhost"}',
    '{"ip":7}',
    '{"ip":null}',
  ];
  for (const body of bodies) {
    const headers = { "content-type": "application/json" };
    const answer = await visit({ method: "POST", path: PATH, body, headers, from: addresses.ipv4() });
    expect(answer.status, body).toBe(400);
    expect(answer.json().error, body).toMatch(/JSON|ip/);
  }
});

async function askTimes(count: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  await awayFromMinuteEnd();
  const answers: Answer[] = [];
  for (let request = 0; request < count; request++) answers.push(await ask());
  return answers;
}

test("an anonymous visitor asks five times a minute, then gets 429 with the fields that say when again", async ({
  visit,
}) => {
  const answers = await askTimes(8, () => visit({ path: PATH }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  for (const [index, answer] of answers.entries()) {
    expect(policiesOf(answer)).toEqual([{ policy: "test-geo", quota: 5, windowSeconds: 60 }]);
    const [state] = limitsOf(answer);
    expect(state).toMatchObject({ policy: "test-geo", remaining: Math.max(0, 4 - index) });
    expect(state?.resetSeconds).toBeGreaterThan(0);
    expect(state?.resetSeconds).toBeLessThanOrEqual(60);
  }
  const last = answers.at(-1) as Answer;
  const retryAfter = Number(last.headers["retry-after"]);
  expect(Number.isInteger(retryAfter)).toBe(true);
  expect(retryAfter).toBeGreaterThanOrEqual(limitsOf(last)[0]?.resetSeconds ?? Number.POSITIVE_INFINITY);
  expect(last.json()).toMatchObject({ error: "Too many requests. Please try again later." });
  expect(answers[0]?.headers["retry-after"]).toBeUndefined();
});

test("every visitor has a limit of their own, IPv6 visitors one for a /64", async ({ visit, addresses }) => {
  const prefix = addresses.ipv6().replace("::1", "");
  let host = 1;
  const answers = await askTimes(7, () => visit({ path: PATH, from: `${prefix}::${(++host).toString(16)}` }));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  expect((await visit({ path: PATH, from: `${prefix}:1::1` })).status).toBe(200);
  expect((await visit({ path: PATH })).status).toBe(200);
});

test("a signed-in user asks ten times a minute, from wherever", async ({
  product,
  addresses,
  adminCookie,
}) => {
  const ask = () =>
    send(product.url, { path: PATH, from: addresses.ipv4(), headers: { cookie: adminCookie } });
  const answers = await askTimes(13, ask);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(policiesOf(answers[0] as Answer)).toEqual([{ policy: "test-geo", quota: 10, windowSeconds: 60 }]);
});

test("a forged session is an anonymous visitor", async ({ product, visit }) => {
  const cookie = "next-auth.session-token=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..forged.forged.forged";
  const answers = await askTimes(8, () => visit({ path: PATH, headers: { cookie } }));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  const { reason, user_id } = await product.recorded(answers[0]?.id ?? "");
  expect({ reason, user_id }).toEqual({ reason: "within-limit", user_id: null });
});

test("odd spellings of the path are counted like the plain one", async ({ visit }) => {
  const spellings = [
    "/ip-tracking/test-geo",
    "//ip-tracking//test-geo/",
    "/ip-tracking/%74est-geo/",
    "/IP-TRACKING/TEST-GEO",
  ];
  let turn = 0;
  const answers = await askTimes(12, () => visit({ path: spellings[turn++ % spellings.length] }));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(5);
  expect(answers.slice(8).filter(({ status }) => status === 429).length).toBeGreaterThan(1);
});
