import { expect, test } from "@/e2e/fixtures/test";

const BLOCKED = "Access denied: your IP address has been blocked.";

test("blocking from the table of requests refuses the visitor within 2 s, and Undo lets him in again", async ({
  adminPage: page,
  addresses,
  visit,
}) => {
  const from = addresses.ipv4();
  const path = `/seen-by-${from.replaceAll(".", "-")}`;
  const seen = await visit({ from, path });
  expect(seen.status).toBe(404);
  await expect(async () => {
    await page.goto(`/requests?path=${path}`);
    await expect(page.getByText(path).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 8000 });

  await page
    .getByRole("button", { name: /^Block / })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("in 30 days");
  await dialog.getByRole("button", { name: "Block for 24 h" }).click();
  const undo = page.getByRole("button", { name: "Undo" });
  await expect(undo).toBeVisible();
  const enforcedFrom = Date.now();
  await expect
    .poll(async () => (await visit({ from, path })).status, { timeout: 2000, intervals: [100] })
    .toBe(403);
  expect(Date.now() - enforcedFrom).toBeLessThan(2000);
  expect((await visit({ from, path })).json()).toMatchObject({ error: BLOCKED });

  await undo.click();
  await expect
    .poll(async () => (await visit({ from, path })).status, { timeout: 2500, intervals: [100] })
    .toBe(404);
});

test("an address that is typed is blocked, found by it, edited, and unblocked", async ({
  adminPage: page,
  addresses,
  visit,
}) => {
  const from = addresses.ipv4();
  await page.goto("/blocked");
  await page.getByRole("button", { name: "Block an address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address or range").fill("999.1.2.3");
  await dialog.getByRole("button", { name: "Block for 24 h" }).click();
  await expect(dialog.getByRole("alert")).toContainText("192.0.2.7");
  await dialog.getByLabel("Address or range").fill(from);
  await dialog.getByLabel("Reason").fill("typed by hand");
  await dialog.getByRole("button", { name: "Block for 24 h" }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await visit({ from })).status, { timeout: 2000 }).toBe(403);

  await page.goto(`/blocked?search=${from}`);
  const row = page.getByRole("row").filter({ hasText: "typed by hand" });
  await expect(row).toHaveCount(1);
  // In hashed mode the page shows the network and the beginning of the hash, never the address.
  await expect(row).not.toContainText(from);
  await row.getByRole("button", { name: /Edit/ }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("known scanner");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  const changed = page.getByRole("row").filter({ hasText: "known scanner" });
  await expect(changed).toHaveCount(1);
  await changed.getByRole("button", { name: /Unblock/ }).click();
  await expect.poll(async () => (await visit({ from })).status, { timeout: 2500 }).not.toBe(403);
});

test("the administrator's own address is protected", async ({ adminPage: page, address }) => {
  await page.goto("/blocked");
  await page.getByRole("button", { name: "Block an address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address or range").fill(address);
  await dialog.getByRole("button", { name: "Block for 24 h" }).click();
  await expect(dialog.getByRole("alert")).toContainText("your own session");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Blocked IPs");
});

test("the reference of a refusal finds its request", async ({
  adminPage: page,
  blockedAddress: from,
  visit,
  product,
}) => {
  const { reference } = (await visit({ from, path: "/refused-here" })).json<{ reference: string }>();
  await product.recorded(reference);
  await page.goto("/requests");
  await page.getByLabel("Reference of a refusal").fill(reference);
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("/refused-here").first()).toBeVisible();
  await expect(page.getByText("Blocked").first()).toBeVisible();
});

test("a viewer sees the rules and no buttons", async ({ product, page, addresses, address }) => {
  const viewer = { username: `viewer-${address.replaceAll(".", "-")}`, password: "a rather long passphrase" };
  const { createUser } = await import("@/db/users");
  const { openDatabase } = await import("@/db/client");
  const db = openDatabase(product.settings.DATABASE_URL ?? "", { connectionsMax: 1 });
  await createUser(db, { ...viewer, role: "viewer" }, "a test");
  await db.$client.end();
  await product.cli(["block", addresses.ipv4(), "--reason", "seen by a viewer"]);
  await page.goto("/sign-in?next=/blocked");
  await page.getByLabel("Username").fill(viewer.username);
  await page.getByLabel("Password").fill(viewer.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("seen by a viewer")).toBeVisible();
  await expect(page.getByRole("button", { name: /Unblock|Edit|Block an address/ })).toHaveCount(0);
});
