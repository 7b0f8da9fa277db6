import { BLOCKED, block, OPEN_PATH } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

test("a blocked program gets 403 with the sentence as JSON, and the reference finds its row", async ({
  product,
  blockedAddress: from,
  visit,
}) => {
  const answer = await visit({
    from,
    path: "/ip-tracking/test-geo/",
    headers: { accept: "application/json" },
  });
  expect(answer.status).toBe(403);
  expect(answer.headers["content-type"]).toContain("application/json");
  const { reference, ...rest } = answer.json<{ error: string; reference: string }>();
  expect(rest).toEqual({ error: BLOCKED });
  expect(reference).toMatch(UUID);
  const row = await product.recorded(reference);
  expect(row).toMatchObject({ verdict: "block", reason: "block-rule", status: 403, method: "GET" });
  const [rule] = await product.sql`select reason from ip_rules where id = ${row.rule_id}`;
  expect(rule).toEqual({ reason: "a test" });
});

test("a blocked browser gets 403 with the sentence as a page, and the reference finds its row", async ({
  product,
  blockedAddress: from,
  visit,
}) => {
  const answer = await visit({ from, headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
  expect(answer.status).toBe(403);
  expect(answer.headers["content-type"]).toContain("text/html");
  expect(answer.text).toContain(`<h1>${BLOCKED}</h1>`);
  const [reference = ""] = UUID.exec(answer.text) ?? [];
  await expect(product.recorded(reference)).resolves.toMatchObject({ verdict: "block", path: "/" });
});

test("a client that asks for nothing in particular gets JSON", async ({ blockedAddress: from, visit }) => {
  const answer = await visit({ from, headers: { accept: "*/*" } });
  expect(answer.json()).toMatchObject({ error: BLOCKED });
});

test("no cache keeps a refusal, and no browser takes it for anything else", async ({
  blockedAddress: from,
  visit,
}) => {
  const { headers } = await visit({ from, headers: { accept: "text/html" } });
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
});

test("pages, static files, route handlers and paths that lead nowhere are refused alike", async ({
  product,
  address,
  visit,
}) => {
  const page = await visit({ path: "/sign-in", headers: { accept: "text/html" } });
  const [asset = ""] = /\/_next\/static\/[^"'\\]+\.(?:js|css)/.exec(page.text) ?? [];
  expect((await visit({ path: asset })).status).toBe(200);
  await block(product, address);
  const paths = [
    asset,
    "/",
    "/sign-in",
    "/requests",
    OPEN_PATH,
    "/api/health",
    "/api/auth/csrf",
    "/nothing-here",
  ];
  for (const path of [...paths, "/_next/image?url=%2Ficon.svg&w=64&q=75", "/robots.txt", "/.env"]) {
    expect((await visit({ path })).status, path).toBe(403);
  }
});

test("the sentence does not depend on what the visitor asks for", async ({ blockedAddress: from, visit }) => {
  const answer = await visit({
    from,
    path: '/"><script>alert(1)</script>',
    headers: { accept: "text/html" },
  });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain("alert(1)");
});

test("other visitors are served as before", async ({ blockedAddress, addresses, visit }) => {
  expect((await visit({ path: OPEN_PATH, from: blockedAddress })).status).toBe(403);
  expect((await visit({ path: OPEN_PATH, from: addresses.ipv4() })).status).toBe(200);
  expect((await visit({ path: OPEN_PATH, from: addresses.ipv6() })).status).toBe(200);
});
