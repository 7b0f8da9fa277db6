import { block, command, untilStatus } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

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
