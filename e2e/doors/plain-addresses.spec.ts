import { testInForce } from "@/e2e/fixtures/in-force";
import { OPEN_PATH } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

test.use({ settings: { IP_PRIVACY: "plain" } });

testInForce();

test("the address is in the row where addresses are kept plain", async ({
  product,
  visit,
  address,
  addresses,
}) => {
  for (const from of [address, addresses.ipv6()]) {
    const { id } = await visit({ path: OPEN_PATH, from });
    const row = await product.recorded(id);
    expect(row.ip?.replace(/\/(32|128)$/, "")).toBe(from);
    expect(row.ip_hash).toMatch(/^[0-9a-f]{32}$/);
  }
});
