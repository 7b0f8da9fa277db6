import { block, command, IN_FORCE_MS, untilStatus } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

test("a block for a time ends by itself", async ({ product, address }) => {
  const output = await command(product, "block", address, "--for", "3s");
  expect(output).toContain("Blocked");
  await untilStatus(product, address, 403);
  const endedMs = await untilStatus(product, address, 200);
  expect(endedMs).toBeLessThan(3000 + IN_FORCE_MS);
});

test("an allow rule beats a block rule", async ({ product, addresses }) => {
  const { range, addresses: inside } = addresses.ipv4Range();
  const [friend = "", stranger = ""] = inside;
  await command(product, "allow", friend, "--reason", "the office");
  await command(product, "block", range);
  await untilStatus(product, stranger, 403);
  expect(await untilStatus(product, friend, 200)).toBeLessThan(500);
  await command(product, "disallow", friend);
  await untilStatus(product, friend, 403);
});

test("nobody blocks an allowed address without --force", async ({ product, address }) => {
  await command(product, "allow", address);
  const { code, output } = await product.cli(["block", address]);
  expect(code).toBe(1);
  expect(output).toContain("on the allow list");
  expect(output).toContain("--force");
  await command(product, "block", address, "--force");
  expect(await untilStatus(product, address, 200)).toBeLessThan(500);
});

test("the documented example holds: a private address in X-Forwarded-For is blocked by name", async ({
  product,
}) => {
  await command(product, "block", "192.168.1.100", "--reason", "Suspicious activity");
  await untilStatus(product, "192.168.1.100", 403);
  await command(product, "unblock", "192.168.1.100");
});

test("rules that the edge store has lost are published again", async ({ product, address }) => {
  await block(product, address);
  expect(await command(product, "publish")).toMatch(/^Published \d+ rules? in \d+ ms/);
  expect(await untilStatus(product, address, 403)).toBeLessThan(500);
});
