import { afterAll, expect, test } from "vitest";
import { GET, POST } from "@/app/ip-tracking/test-geo/route";
import { createUser } from "@/db/users";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());

const NOWHERE = {
  country: null,
  city: null,
  latitude: null,
  longitude: null,
  country_code: null,
  asn: null,
  source: "none",
};
const FIELDS = ["asn", "city", "country", "country_code", "ip_address", "latitude", "longitude", "source"];

const post = (
  body: string,
  { ip = site.freshIp(), policy, cookie }: Visitor = {},
  type = "application/json",
) =>
  POST(
    site.visit("/ip-tracking/test-geo/", {
      method: "POST",
      headers: { "content-type": type, ...(cookie ? { cookie } : {}) },
      body,
      mark: { ip, policy: policy ?? null },
    }),
  );
type Visitor = { ip?: string; policy?: string; cookie?: string };

test("a public address has a place", async () => {
  const response = await post('{"ip": "197.210.64.1"}');
  expect(response.status).toBe(200);
  const place = await response.json();
  expect(Object.keys(place).sort()).toEqual(FIELDS);
  expect(place).toMatchObject({
    ip_address: "197.210.64.1",
    country: "Nigeria",
    country_code: "NG",
    latitude: expect.any(Number),
    longitude: expect.any(Number),
    source: "dbip",
  });
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("private, loopback and documentation addresses have none, and are written in canonical form", async () => {
  const addresses = [
    ["192.168.0.1", "192.168.0.1"],
    [" ::1 ", "::1"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
  ];
  for (const [asked, canonical] of addresses) {
    const response = await post(JSON.stringify({ ip: asked }));
    expect(await response.json()).toEqual({ ip_address: canonical, ...NOWHERE });
  }
});

test("a form may ask as well", async () => {
  const response = await post("ip=192.168.0.1", {}, "application/x-www-form-urlencoded");
  expect(await response.json()).toMatchObject({ ip_address: "192.168.0.1" });
});

test.each([
  ["no JSON", "{", 400, "The body is not valid JSON."],
  ["no object", '"192.0.2.1"', 400, "The body must be a JSON object."],
  ["no ip", "{}", 400, 'ip is missing: send an IP address, such as {"ip": "197.210.64.1"}.'],
  ["an empty ip", '{"ip":""}', 400, "ip is missing"],
  ["an ip of null", '{"ip":null}', 400, "ip is missing"],
  ["an impossible ip", '{"ip":"256.1.1.1"}', 400, "ip is not an IP address: send an IPv4 or IPv6 address"],
  ["a word", '{"ip":"localhost"}', 400, "ip is not an IP address"],
  ["a range", '{"ip":"192.0.2.0/24"}', 400, "ip is not an IP address"],
  ["a number", '{"ip":3232235777}', 400, "ip is not an IP address"],
  ["a list", '{"ip":["192.0.2.1"]}', 400, "ip is not an IP address"],
  ["8193 bytes", `{"ip":"${"1".repeat(8184)}"}`, 413, "The body is larger than 8192 bytes."],
])("%s is refused with what would be right", async (_name, body, status, error) => {
  const response = await post(body);
  expect(response.status).toBe(status);
  expect((await response.json()).error).toContain(error);
});

test("GET answers for the caller", async () => {
  const response = await GET(site.visit("/ip-tracking/test-geo", { mark: { ip: "192.168.0.7" } }));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ip_address: "192.168.0.7", ...NOWHERE });
});

test("what the platform knows of the caller counts, but only where a platform is trusted", async () => {
  const headers = { "x-vercel-ip-country": "DE", "x-vercel-ip-city": "K%C3%B6ln" };
  const ask = () => GET(site.visit("/ip-tracking/test-geo", { headers, mark: { ip: site.freshIp() } }));
  expect(await (await ask()).json()).toMatchObject(NOWHERE);
  process.env.TRUSTED_PLATFORM = "vercel";
  try {
    expect(await (await ask()).json()).toMatchObject({
      country: "Germany",
      city: "Köln",
      source: "platform",
    });
  } finally {
    delete process.env.TRUSTED_PLATFORM;
  }
});

test("an anonymous visitor has five requests a minute, whatever they are", async () => {
  const ip = site.freshIp();
  for (let request = 1; request <= 5; request++) {
    const response = await post("{", { ip });
    expect(response.status).toBe(400);
    expect(response.headers.get("ratelimit")).toMatch(new RegExp(`^"test-geo";r=${5 - request};t=\\d+$`));
  }
  const response = await GET(site.visit("/ip-tracking/test-geo", { mark: { ip } }));
  expect(response.status).toBe(429);
  expect((await response.json()).error).toBe("Too many requests. Please try again later.");
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(response.headers.get("ratelimit-policy")).toBe('"test-geo";q=5;w=60');
});

test("a signed-in user has ten", async () => {
  const draft = { username: "ada", password: "a winter's tale of two", role: "viewer" } as const;
  const cookie = await site.signedIn(await createUser(site.db, draft, "root"));
  for (let request = 1; request <= 10; request++) expect((await post("{", { cookie })).status).toBe(400);
  expect((await post("{", { cookie })).status).toBe(429);
});

test("what the door has counted is not counted again, and its limits are told", async () => {
  const state = { policy: "test-geo", limit: 5, windowSeconds: 60, remaining: 2, resetSeconds: 33 };
  const mark = { ip: "192.168.0.8", policy: "test-geo", limits: [state] };
  for (let request = 1; request <= 7; request++) {
    const response = await GET(site.visit("/ip-tracking/test-geo/", { mark }));
    expect(response.status).toBe(200);
    expect(response.headers.get("ratelimit")).toBe('"test-geo";r=2;t=33');
  }
});

test("a request that came through no door is refused", async () => {
  expect((await GET(site.visit("/ip-tracking/test-geo/", { mark: null }))).status).toBe(503);
});

test("a visitor without an address is told so", async () => {
  expect((await GET(site.visit("/ip-tracking/test-geo/", { mark: { ip: null } }))).status).toBe(400);
});

test("while nothing can be counted it answers, unless FAIL_MODE is closed", async () => {
  await site.stopStore();
  expect((await post('{"ip":"192.168.0.1"}')).status).toBe(200);
  process.env.FAIL_MODE = "closed";
  try {
    expect((await post('{"ip":"192.168.0.1"}')).status).toBe(503);
  } finally {
    delete process.env.FAIL_MODE;
  }
});
