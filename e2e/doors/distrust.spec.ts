import { expect, test } from "@/e2e/fixtures/test";

test.use({ settings: { TRUSTED_PROXIES: "none" } });

test("where nobody is trusted, no header says who a visitor is", async ({ product, visit, address }) => {
  const answer = await visit({ path: "/ip-tracking/test-geo/", headers: { "x-real-ip": address } });
  if (product.mode === "edge-door") {
    // This door cannot know the peer: with nobody to believe it knows no address, and lets nobody in.
    expect(answer.status).toBe(403);
    expect(answer.json().error).toContain("address could not be determined");
    await expect(product.recorded(answer.id)).resolves.toMatchObject({
      verdict: "block",
      reason: "no-address",
    });
    return;
  }
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ ip_address: "127.0.0.1" });
  await expect(product.recorded(answer.id)).resolves.toMatchObject({ network: "127.0.0.0/24" });
});
