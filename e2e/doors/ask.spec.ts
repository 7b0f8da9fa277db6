import type { Sent } from "@/e2e/fixtures/http";
import { BLOCKED, block } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const ASK = "/api/verify";

/** How each server asks about a visitor's POST of /shop/basket?item=7. */
const ASKING: Record<string, Sent> = {
  "nginx auth_request": {
    path: ASK,
    headers: { "x-original-uri": "/shop/basket?item=7", "x-original-method": "POST", host: "shop.example" },
  },
  "Traefik forwardAuth": {
    path: ASK,
    headers: {
      "x-forwarded-uri": "/shop/basket?item=7",
      "x-forwarded-method": "POST",
      "x-forwarded-host": "shop.example",
      "x-forwarded-proto": "https",
    },
  },
  "Caddy forward_auth": {
    path: ASK,
    headers: {
      "x-forwarded-uri": "/shop/basket?item=7",
      "x-forwarded-method": "POST",
      "x-forwarded-host": "shop.example",
    },
  },
};

for (const [name, sent] of Object.entries(ASKING)) {
  test(`${name} is answered 200 for a visitor who may come in, and the visit recorded as asked`, async ({
    product,
    visit,
  }) => {
    const answer = await visit(sent);
    expect(answer.status).toBe(200);
    const row = await product.recorded(answer.id);
    expect(row).toMatchObject({ door: "ask", method: "POST", path: "/shop/basket", host: "shop.example" });
    expect(row).toMatchObject({ verdict: "allow", status: null });
  });

  test(`${name} is answered 403 for a blocked visitor, with the refusal to hand on`, async ({
    product,
    visit,
    address,
  }) => {
    await block(product, address);
    const answer = await visit(sent);
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ error: BLOCKED, reference: answer.id });
    const row = await product.recorded(answer.id);
    expect(row).toMatchObject({ door: "ask", verdict: "block", status: 403, path: "/shop/basket" });
  });
}

test("a limited path is limited for the asking server's visitors as well", async ({ visit }) => {
  const headers = { "x-original-uri": "/ip-tracking/login/", "x-original-method": "POST" };
  const statuses: number[] = [];
  for (let request = 0; request < 8; request++) statuses.push((await visit({ path: ASK, headers })).status);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6);
  expect(statuses.at(-1)).toBe(429);
  const forNginx = await visit({ path: `${ASK}?refuse=403`, headers });
  expect(forNginx.status).toBe(403);
});

test("many questions are no visitor's requests to /api: no limit stops the asking server", async ({
  visit,
}) => {
  const headers = { "x-original-uri": "/shop", "x-original-method": "GET" };
  const answers = await Promise.all(Array.from({ length: 100 }, () => visit({ path: ASK, headers })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});
