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

test("a second block of the same target changes the rule and says so", async ({ product, address }) => {
  await block(product, address);
  const output = await command(product, "block", address, "--reason", "for another reason", "--for", "24h");
  expect(output).toMatch(/updated/i);
  const rules = JSON.parse(await command(product, "rules", "--search", address, "--json"));
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({ reason: "for another reason", isActive: true });
});

test("a target that is none is refused with a sentence and exit code 2", async ({ product }) => {
  for (const target of ["999.1.1.1", "203.0.113.0/33", "localhost", "2001:db8::g", "203.0.113"]) {
    const { code, output } = await product.cli(["block", target]);
    expect(code, `${target}: ${output}`).toBe(2);
    expect(output).toContain(target);
  }
});

test("nobody blocks loopback by mistake", async ({ product }) => {
  for (const target of ["127.0.0.1", "::1", "127.0.0.0/8", "0.0.0.0/0"]) {
    const { code, output } = await product.cli(["block", target]);
    expect(code, target).toBe(1);
    expect(output).toContain("--force");
  }
});

test("why says which rule wins and what would happen now", async ({ product, address }) => {
  await block(product, address);
  const blocked = await command(product, "why", address);
  expect(blocked).toContain("a test");
  await command(product, "unblock", address);
  await untilStatus(product, address, 200);
  expect(await command(product, "why", address)).not.toContain("a test");
});

test("rules that the edge store has lost are published again", async ({ product, address }) => {
  await block(product, address);
  expect(await command(product, "publish")).toMatch(/^Published \d+ rules? in \d+ ms/);
  expect(await untilStatus(product, address, 403)).toBeLessThan(500);
});
