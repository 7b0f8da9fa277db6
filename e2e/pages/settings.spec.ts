import { LOOKS, openAsViewer, overflowOf } from "@/e2e/fixtures/pages";
import type { Product } from "@/e2e/fixtures/product";
import { expect, test } from "@/e2e/fixtures/test";
import { parseIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";

// A product of its own: what is changed here would change what other tests find.
test.use({ settings: { LOGIN_FAILURES: "7" } });

const ruleOf = (page: import("@playwright/test").Page, title: string) =>
  page.getByRole("region", { name: new RegExp(`^${title} `) });

async function reasonsOf({ sql, settings }: Product, address: string): Promise<string[]> {
  const ip = parseIp(address);
  if (!ip) throw new Error(`${address} is no address`);
  const hash = hashIp(ip, settings.IP_HASH_KEY ?? "");
  const [row] = await sql<{ reasons: string[] }[]>`select reasons from suspicious_ips where target = ${hash}`;
  return row?.reasons ?? [];
}

test("a threshold that is changed on the page changes what detection finds", async ({
  adminPage: page,
  product,
  addresses,
  visit,
}) => {
  const from = addresses.ipv4();
  const visits = async () => {
    let reference = "";
    for (let n = 0; n < 8; n++)
      reference = (await visit({ from, path: "/one-page" })).headers["x-request-id"] as string;
    await product.recorded(reference);
  };
  await visits();
  await product.cli(["detect"]);
  expect(await reasonsOf(product, from)).toEqual([]);

  await page.goto("/settings");
  const field = ruleOf(page, "High volume").getByLabel("Requests an hour", { exact: true });
  await expect(field).toHaveValue("100");
  await field.fill("6");
  await expect(page.getByText("1 unsaved change")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved 1 change")).toBeVisible();
  await expect(page.getByText("unsaved change")).toHaveCount(0);
  await expect(ruleOf(page, "High volume")).toContainText("Set by admin");

  await product.cli(["detect"]);
  expect(await reasonsOf(product, from)).toEqual(["high-volume"]);
  await page.reload();
  await expect(ruleOf(page, "High volume")).toContainText(/Found \d+ in 7 days: would have blocked/);

  await ruleOf(page, "High volume")
    .getByRole("button", { name: "Requests an hour: back to the default, 100" })
    .click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("unsaved change")).toHaveCount(0);
  await page.reload();
  await expect(field).toHaveValue("100");
  await expect(ruleOf(page, "High volume")).not.toContainText("Set by");
});

test("what the environment fixes is shown as fixed, by the name of the variable", async ({
  adminPage: page,
}) => {
  await page.goto("/settings");
  const rule = ruleOf(page, "Login brute force");
  const field = rule.getByLabel("Failed logins an hour");
  await expect(field).toHaveValue("7");
  await expect(field).toBeDisabled();
  await expect(rule).toContainText("Fixed by LOGIN_FAILURES");
});

test("a wrong number is told at its field with what would be right, and nothing is saved", async ({
  adminPage: page,
  product,
}) => {
  await page.goto("/settings");
  const field = page.getByRole("textbox", { name: "Different pages an hour" });
  await field.fill("3");
  await page.getByRole("textbox", { name: "User agents an hour" }).fill("12");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(
    page.getByRole("alert").filter({ hasText: "Enter a whole number from 5 to 250." }),
  ).toBeVisible();
  await expect(page.getByText("2 unsaved changes, 1 field to put right")).toBeVisible();
  const stored = await product.sql`select value from settings where key = 'detection-thresholds'`;
  expect(JSON.stringify(stored)).not.toContain("userAgents");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(field).toHaveValue("60");
});

test("modes and paths are changed by keyboard, and stay", async ({ adminPage: page }) => {
  await page.goto("/settings");
  const rule = ruleOf(page, "Crawl");
  await rule.getByRole("radio", { name: "Observe" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(rule.getByRole("radio", { name: "Enforce" })).toBeChecked();
  const path = page.getByLabel("Further sensitive path");
  await path.fill("intern");
  await path.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "A path begins with /" })).toBeVisible();
  await path.fill("/intern/, /api/keys/");
  await path.press("Enter");
  await page.getByRole("button", { name: "Take /login/ out" }).press("Enter");
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await expect(page.getByText("Saved 2 changes")).toBeVisible();
  await page.reload();
  await expect(rule.getByRole("radio", { name: "Enforce" })).toBeChecked();
  const paths = ruleOf(page, "Sensitive paths").getByRole("listitem");
  await expect(paths).toHaveText([/\/admin\//, /\/api\/auth\//, /\/intern\//, /\/api\/keys\//]);
});

test("what is not saved is still there after a look at another page", async ({ adminPage: page }) => {
  await page.goto("/settings");
  await page.getByRole("textbox", { name: "User agents an hour" }).fill("14");
  await page.getByRole("link", { name: "Jobs" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jobs");
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("textbox", { name: "User agents an hour" })).toHaveValue("14");
  await expect(page.getByText("1 unsaved change, from before")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("textbox", { name: "User agents an hour" })).toHaveValue("10");
});

test("a viewer sees what is set and no buttons", async ({ page, product, address }) => {
  await openAsViewer(page, product, "/settings", address);
  await expect(ruleOf(page, "Distributed")).toContainText("Suspicious visitors of one network");
  const main = page.getByRole("main");
  await expect(main.getByRole("button")).toHaveCount(0);
  await expect(main.getByRole("textbox")).toHaveCount(0);
  await expect(main.getByRole("radio")).toHaveCount(0);
});

for (const { width, colorScheme } of LOOKS) {
  test(`/settings fits ${width} pixels in ${colorScheme}, without scrolling sideways`, async ({
    adminPage: page,
  }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.goto("/settings");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });
}
