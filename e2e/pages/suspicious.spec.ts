import type { Page } from "@playwright/test";
import { LOOKS, openAsViewer, overflowOf } from "@/e2e/fixtures/pages";
import type { Product } from "@/e2e/fixtures/product";
import { command, IN_FORCE_MS } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";

const SECRETS = ["/.env", "/.git/config", "/backup.sql", "/.aws/credentials"];
const INJECTION = "/products?id=1%27%20union%20select%20password%20from%20users--";
const FLAGGED_MS = 10_000;

const hashOf = (product: Product, ip: string) =>
  visitorHash(parseIp(ip) as Ip, product.settings.IP_HASH_KEY as string);

type Row = { id: number; status: string; detections: number; last_detected: Date };

/** Waits until live detection has made of a visitor what is expected; answers how many milliseconds that took. */
async function untilCase(product: Product, ip: string, fits: (row: Row) => boolean): Promise<number> {
  const startedAt = performance.now();
  await expect
    .poll(
      async () => {
        const [row] = await product.sql<Row[]>`
          select id, status, detections, last_detected from suspicious_ips where target = ${hashOf(product, ip)}`;
        return row !== undefined && fits(row);
      },
      { timeout: FLAGGED_MS, intervals: [50] },
    )
    .toBe(true);
  return Math.round(performance.now() - startedAt);
}

const rowOf = (page: Page, product: Product, ip: string) =>
  page.getByRole("row").filter({ hasText: hashOf(product, ip).slice(0, 6) });

test("an attack stands on the page with true evidence, is blocked in one click and refused within 2 s", async ({
  adminPage: page,
  addresses,
  visit,
  product,
}) => {
  const from = addresses.ipv4();
  await page.goto(`/suspicious?search=${from}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Suspicious IPs");
  const answers = await Promise.all(SECRETS.map((path) => visit({ from, path })));
  expect(answers.map(({ status }) => status)).toEqual(SECRETS.map(() => 404));
  const sentAt = Date.now();

  // The page was open all the time and is not loaded again.
  const row = rowOf(page, product, from).first();
  await expect(row).toBeVisible({ timeout: FLAGGED_MS });
  console.log(`     on the page ${((Date.now() - sentAt) / 1000).toFixed(1)} s after the attack`);
  await expect(row).toContainText("Open");
  await expect(row).toContainText("Sensitive files");
  await expect(row).not.toContainText(from);
  await row.getByRole("link", { expanded: false }).press("Enter");
  const evidence = page.getByRole("region", { name: "Evidence" });
  await expect(evidence).toContainText(`${SECRETS.length} requests for secret files`);
  const samples = await page
    .getByRole("region", { name: "Sample requests" })
    .getByRole("listitem")
    .allInnerTexts();
  expect(samples).toHaveLength(SECRETS.length);
  for (const path of SECRETS)
    expect(samples.some((text) => text.includes(path) && text.includes("404"))).toBe(true);

  await row.getByRole("button", { name: /^Block .* for 24 h$/ }).click();
  const clickedAt = Date.now();
  await expect
    .poll(async () => (await visit({ from, path: "/" })).status, {
      timeout: 2 * IN_FORCE_MS,
      intervals: [25],
    })
    .toBe(403);
  const refusedMs = Date.now() - clickedAt;
  console.log(`     refused ${refusedMs} ms after the click`);
  expect(refusedMs).toBeLessThan(IN_FORCE_MS);
  await expect(row).toContainText("Blocked");
  await expect(row).toContainText("Ends in 24 h");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await visit({ from, path: "/x" })).status, { timeout: 4000 }).toBe(404);
  await expect(row).toContainText("Open");
});

test("cases are filtered by reason and by status, and the filter stands in the address", async ({
  adminPage: page,
  addresses,
  visit,
  product,
}) => {
  const { range, addresses: both } = addresses.ipv6Range();
  const [prober = "", injector = ""] = both;
  await visit({ from: prober, path: "/.env" });
  await visit({ from: injector, path: INJECTION });
  await untilCase(product, prober, ({ status }) => status === "open");
  await untilCase(product, injector, ({ status }) => status === "open");
  await page.goto(`/suspicious?search=${range}`);
  await expect(rowOf(page, product, prober)).toHaveCount(1);
  await expect(rowOf(page, product, injector)).toHaveCount(1);
  await page.getByLabel("Reason", { exact: true }).selectOption("injection");
  await expect(page).toHaveURL(/reason=injection/);
  await expect(rowOf(page, product, prober)).toHaveCount(0);
  await expect(rowOf(page, product, injector)).toHaveCount(1);
  await page.reload();
  await expect(page.getByLabel("Reason", { exact: true })).toHaveValue("injection");
  await page
    .getByRole("navigation", { name: "Status" })
    .getByRole("link", { name: /^Resolved/ })
    .click();
  await expect(page).toHaveURL(/status=resolved/);
  await expect(rowOf(page, product, injector)).toHaveCount(0);
});

test("who is ignored stays so whatever he does, who is resolved opens again by himself", async ({
  adminPage: page,
  addresses,
  visit,
  product,
}) => {
  const { range, addresses: both } = addresses.ipv6Range();
  const [ignored = "", resolved = ""] = both;
  for (const from of both) await visit({ from, path: "/.env" });
  for (const from of both) await untilCase(product, from, ({ status }) => status === "open");
  await page.goto(`/suspicious?search=${range}&status=all`);
  for (const [from, verb, word] of [
    [ignored, "Ignore", "Ignored"],
    [resolved, "Resolve", "Resolved"],
  ] as const) {
    await rowOf(page, product, from)
      .getByRole("button", { name: /^More for/ })
      .click();
    await page.getByRole("menuitem", { name: verb }).click();
    await expect(rowOf(page, product, from)).toContainText(`${word}`);
    await expect(rowOf(page, product, from)).toContainText("by admin");
  }

  const again = new Date();
  for (const from of both) await visit({ from, path: "/.git/config" });
  const reopenedMs = await untilCase(product, resolved, ({ status }) => status === "open");
  console.log(`     open again ${reopenedMs} ms after the attack`);
  await command(product, "detect");
  await untilCase(product, ignored, (row) => row.last_detected > again && row.status === "ignored");
  await page.reload();
  await expect(rowOf(page, product, ignored)).toContainText("Ignored");
  await expect(rowOf(page, product, resolved)).toContainText("Open");
});

test("many are decided at once, and each one that is refused is named with the reason", async ({
  adminPage: page,
  addresses,
  visit,
  product,
}) => {
  const both = [addresses.ipv4(), addresses.ipv4()];
  const [allowed = "", other = ""] = both;
  for (const from of both) await visit({ from, path: "/.env" });
  for (const from of both) await untilCase(product, from, ({ status }) => status === "open");
  await command(product, "allow", allowed, "--reason", "a partner");
  await page.goto("/suspicious?order=latest");
  for (const from of both) await rowOf(page, product, from).getByRole("checkbox").check();
  const bar = page.getByRole("region", { name: "With those that are chosen" });
  await expect(bar).toContainText("2 chosen");
  await bar.getByRole("button", { name: /^Block/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("7 d", { exact: true }).click();
  await dialog.getByRole("button", { name: "Block for 7 d" }).click();
  await expect(dialog).toBeHidden();
  const alert = page.getByRole("alert").filter({ hasText: "1 of 2" });
  await expect(alert).toContainText(hashOf(product, allowed).slice(0, 6));
  await expect(alert).toContainText("allow list");
  await expect(rowOf(page, product, other)).toContainText("Ends in 7 d");
  await expect(rowOf(page, product, allowed)).toContainText("Open");
  await expect
    .poll(async () => (await visit({ from: other, path: "/" })).status, { timeout: 4000 })
    .toBe(403);

  await rowOf(page, product, allowed).getByRole("checkbox").check();
  await bar.getByRole("button", { name: "Resolve" }).click();
  await expect(rowOf(page, product, allowed)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(rowOf(page, product, allowed)).toHaveCount(1);
  // Somebody else may be found meanwhile, who is not chosen.
  const all = page.getByRole("columnheader").getByLabel("Choose all on this page");
  await expect(async () => {
    const rows = await page.getByRole("checkbox", { name: /^Choose \S+ · / }).count();
    await all.uncheck();
    await all.check();
    await expect(bar).toContainText(`${rows} chosen`, { timeout: 1000 });
  }).toPass({ timeout: 20_000 });
});

test("the overview says that somebody needs a decision, and every page counts them", async ({
  adminPage: page,
  addresses,
  visit,
  product,
}) => {
  const from = addresses.ipv6();
  await visit({ from, path: INJECTION });
  await visit({ from, path: "/.env" });
  await untilCase(product, from, ({ status }) => status === "open");
  await page.goto("/");
  const sentence = page.getByRole("heading", { level: 1 });
  await expect(sentence).toContainText(/[\d,]+ address(es)? needs? a decision\./);
  await expect(page.getByRole("heading", { name: "Needs a decision", exact: true })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Pages" }).getByText(/need a decision/)).toBeAttached();
  await sentence.getByRole("link").click();
  await expect(page).toHaveURL(/\/suspicious\?status=open/);
  await page.goto("/blocked");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL(/\/suspicious$/);
});

test("a viewer sees all the evidence and no buttons", async ({
  product,
  page,
  addresses,
  address,
  visit,
}) => {
  const from = addresses.ipv6();
  await visit({ from, path: "/.env" });
  await untilCase(product, from, ({ status }) => status === "open");
  await openAsViewer(page, product, `/suspicious?search=${from}`, address);
  const row = rowOf(page, product, from);
  await expect(row).toContainText("Sensitive files");
  await row.getByRole("link", { expanded: false }).click();
  await expect(page.getByRole("region", { name: "Evidence" })).toContainText("1 request for a secret file");
  await expect(page.getByRole("button", { name: /Block|Ignore|Resolve|Reopen|More for/ })).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
});

for (const { width, colorScheme } of LOOKS) {
  test(`a case with its whole story fits ${width} pixels in ${colorScheme}`, async ({
    adminPage: page,
    addresses,
    visit,
    product,
  }) => {
    const from = addresses.ipv6();
    await visit({ from, path: `/.env?${"x".repeat(300)}` });
    await visit({ from, path: `/${"very-long-folder-name/".repeat(12)}.git/config` });
    await untilCase(product, from, ({ status }) => status === "open");
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.goto(`/suspicious?search=${from}`);
    await rowOf(page, product, from).getByRole("link", { expanded: false }).click();
    await expect(page.getByRole("region", { name: "Sample requests" })).toBeVisible();
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });
}
