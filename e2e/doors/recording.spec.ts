import { block, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("a request is in request_logs within 3 s, with all its fields", async ({ product, visit, address }) => {
  const sentAt = Date.now();
  const answer = await visit({
    path: "/nothing/here?secret=1",
    headers: { host: "Shop.Example:8443", "user-agent": FIREFOX, referer: "https://Search.Example/?q=words" },
  });
  const row = await product.recorded(answer.id, 3000);
  const isNode = product.mode === "node-door";
  expect(row).toMatchObject({
    method: "GET",
    host: "shop.example:8443",
    path: "/nothing/here",
    agent: FIREFOX,
    agent_class: "browser",
    referrer_host: "search.example",
    network: `${address.replace(/\.\d+$/, "")}.0/24`,
    ip: null,
    country_code: null,
    verdict: "allow",
    reason: "default",
    rule_id: null,
    user_id: null,
    door: isNode ? "node" : "edge",
    kind: "page",
    // What becomes of a request, only a door in front of Next.js sees.
    status: isNode ? 404 : null,
  });
  expect(row.ip_hash).toMatch(/^[0-9a-f]{32}$/);
  expect(Math.abs(row.occurred_at.getTime() - sentAt)).toBeLessThan(1000);
  if (isNode) expect(row.duration_ms).toBeGreaterThanOrEqual(0);
  else expect(row.duration_ms).toBeNull();
});

test("a public address has country, city and place in its row", async ({ product, visit }) => {
  const { id } = await visit({ path: OPEN_PATH, from: "197.210.64.1" });
  const row = await product.recorded(id);
  expect(row).toMatchObject({ country_code: "NG", network: "197.210.64.0/24" });
  expect(row.latitude).toBeCloseTo(9, -1);
  expect(row.longitude).toBeCloseTo(8, -1);
});

test("each request is recorded once, whichever doors it passes", async ({ product, visit }) => {
  const path = `/once-${Date.now()}`;
  const count = 120;
  const answers = await Promise.all(Array.from({ length: count }, () => visit({ path })));
  await Promise.all(answers.map(({ id }) => product.recorded(id)));
  await pause(2500);
  const rows =
    await product.sql`select door, count(*)::int as count from request_logs where path = ${path} group by door`;
  expect([...rows]).toEqual([{ door: product.mode === "node-door" ? "node" : "edge", count }]);
});

test("what the rollups count is what the rows are", async ({ product, visit }) => {
  const { id } = await visit({ path: OPEN_PATH });
  await product.recorded(id);
  const [counts] = await product.sql`
    select (select count(*)::int from request_logs) as rows,
      (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted`;
  expect(counts?.rows).toBe(counts?.counted);
});

for (const method of ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
  test(`a ${method} request is recorded by its method`, async ({ product, visit }) => {
    const { id } = await visit({ method, path: "/nothing/here" });
    await expect(product.recorded(id)).resolves.toMatchObject({ method, verdict: "allow" });
  });
}

test("a refusal is recorded with its status and rule", async ({ product, visit, address }) => {
  await block(product, address);
  const { id } = await visit({ path: "/admin" });
  const row = await product.recorded(id);
  expect(row).toMatchObject({ verdict: "block", reason: "block-rule", status: 403, path: "/admin" });
  expect(row.rule_id).toBeGreaterThan(0);
});

test("a request over the limit is recorded with the policy", async ({ product, visit }) => {
  const answers = [];
  for (let request = 0; request < 8; request++) answers.push(await visit({ path: "/ip-tracking/test-geo/" }));
  const limited = answers.find(({ status }) => status === 429);
  expect(limited).toBeDefined();
  const row = await product.recorded(limited?.id ?? "");
  expect(row).toMatchObject({ verdict: "limit", reason: "rate-limit", policy: "test-geo", status: 429 });
});

test("what a visitor can make long is cut", async ({ product, visit }) => {
  const headers = {
    "user-agent": "u".repeat(2000),
    referer: `https://${"r".repeat(60)}.example/${"p".repeat(3000)}`,
  };
  const { id } = await visit({ path: `/${"x".repeat(5000)}`, headers });
  const row = await product.recorded(id);
  expect(row.path).toHaveLength(2048);
  expect(row.agent).toHaveLength(512);
  expect(row.referrer_host).toBe(`${"r".repeat(60)}.example`);
});

test("neither the address nor the query is written down anywhere", async ({ product, visit, address }) => {
  await block(product, address);
  const { id } = await visit({ path: "/search?token=hush-hush-hush" });
  await product.recorded(id);
  const [found] = await product.sql`
    select (select count(*)::int from request_logs as row where row::text like ${`%${address}"%`}
        or row::text like '%hush-hush%') as logs,
      (select count(*)::int from ip_rules as row where row.target = ${address}) as rules,
      (select count(*)::int from audit_logs as row where row::text like ${`%"${address}"%`}) as audit`;
  expect(found).toEqual({ logs: 0, rules: 0, audit: 0 });
  expect(product.logs()).not.toContain(address);
});
