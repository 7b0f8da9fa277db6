import { expect, test } from "@/e2e/fixtures/test";

test.use({ settings: { TRUSTED_PROXIES: "none" } });

test("where nobody is trusted, nobody asks in the name of another server", async ({ product, visit }) => {
  const headers = { "x-original-uri": "/shop", "x-original-method": "POST" };
  const answer = await visit({ path: "/api/verify", headers });
  const row = await product.recorded(answer.id);
  expect(row).toMatchObject({ door: "node", path: "/api/verify", method: "GET", network: "127.0.0.0/24" });
  expect(answer.status).toBe(404);
});
