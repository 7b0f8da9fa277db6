import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "@/e2e/fixtures/test";

const routes: Record<string, string> = JSON.parse(
  readFileSync(".next/app-path-routes-manifest.json", "utf8"),
);
/** Every page of the build that has an address of its own. */
const PAGES = Object.entries(routes)
  .filter(([file, path]) => file.endsWith("/page") && !path.startsWith("/_"))
  .map(([, path]) => path);

/** Notes each violation in the page itself: also one that the browser would not write to the console. */
async function watchPolicy(page: Page): Promise<string[]> {
  const violations: string[] = [];
  await page.exposeFunction("noteViolation", (text: string) => violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener(
      "securitypolicyviolation",
      ({ violatedDirective, blockedURI, sourceFile, sample }) => {
        const note = (globalThis as unknown as { noteViolation: (text: string) => void }).noteViolation;
        note([violatedDirective, blockedURI, sourceFile, sample].join(" "));
      },
    );
  });
  return violations;
}

test("every page is drawn and used without breaking its content security policy", async ({
  adminPage: page,
  product,
  visit,
  addresses,
}) => {
  const from = addresses.ipv4();
  for (const path of ["/.env", "/.git/config"]) await product.recorded((await visit({ from, path })).id);
  const violations = await watchPolicy(page);
  for (const path of PAGES.filter((path) => path !== "/sign-in")) {
    const answer = await page.goto(path);
    expect(answer?.headers()["content-security-policy"], path).toMatch(
      /script-src 'nonce-[\w-]+' 'strict-dynamic';/,
    );
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(violations, path).toEqual([]);
  }

  await page.goto("/");
  await page.getByText("Where visitors come from").scrollIntoViewIfNeeded();
  await expect(page.locator(".leaflet-container path").first()).toBeAttached();
  await expect(page.locator(".recharts-surface, .recharts-wrapper").first()).toBeVisible();
  await page.locator(".recharts-wrapper").first().hover();
  await page.getByRole("button", { name: /admin/ }).click();
  await page.getByText("Dark", { exact: true }).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Keys");
  await page.keyboard.press("Escape");
  expect(violations, "the overview").toEqual([]);

  // From page to page without loading one anew: what comes later was not there when the nonce was given.
  for (const link of ["Requests", "Suspicious IPs", "Blocked IPs", "Allowed IPs", "Jobs", "Settings"]) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: link }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(link);
    expect(violations, link).toEqual([]);
  }

  await page.goto("/blocked");
  await page.getByRole("button", { name: "Block an address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address or range").fill(addresses.ipv4());
  await dialog.getByRole("button", { name: "Block for 24 h" }).click();
  const notice = page.locator("[data-sonner-toast]");
  await expect(notice).toBeVisible();
  // The styles of notices and dialogs are in force, not only written into the page.
  expect(
    await page.locator("[data-sonner-toaster]").evaluate((list) => getComputedStyle(list).position),
  ).toBe("fixed");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Open the menu" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.body).overflow)).toBe("hidden");
  await page.keyboard.press("Escape");
  await page.goto("/suspicious");
  await page.getByRole("link", { expanded: false }).first().click();
  await expect(page.getByRole("region", { name: "Evidence" })).toBeVisible();
  expect(violations, "dialogs and notices").toEqual([]);
});

test("what a stranger sees keeps to its policy, too: sign-in, not found, a refusal, something that fails", async ({
  adminPage: page,
  product,
  browser,
  blockedAddress,
  expectedErrors,
  visit,
  addresses,
}) => {
  expectedErrors.push(/the server responded with a status of (403|404|500)/, /React error #441/);
  const violations = await watchPolicy(page);
  // A decision about a case has every page made anew that Next.js keeps; the one for what is not found must stay as it is.
  const from = addresses.ipv4();
  await product.recorded((await visit({ from, path: "/.env" })).id);
  await expect(async () => {
    await page.goto(`/suspicious?search=${from}`);
    await expect(page.getByRole("button", { name: /^More for/ })).toHaveCount(1, { timeout: 1000 });
  }).toPass();
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Resolve" }).click();
  await expect(page.locator("[data-sonner-toast]")).toBeVisible();
  const missing = await page.goto("/no/such/page");
  expect(missing?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no page here");
  await expect(page.locator("script")).toHaveCount(0);
  expect(violations, "not found").toEqual([]);
  await page.getByRole("link", { name: "To the overview" }).click();
  await expect(page).toHaveURL(`${product.siteUrl}/`);

  await product.sql`alter table ip_rules rename to ip_rules_away`;
  try {
    await page.goto("/blocked");
    await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
    expect(violations, "something that fails").toEqual([]);
  } finally {
    await product.sql`alter table ip_rules_away rename to ip_rules`;
  }
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Blocked IPs");
  expect(violations, "the second attempt").toEqual([]);

  await page.context().clearCookies();
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(violations, "sign-in").toEqual([]);

  const blocked = await browser.newContext({ extraHTTPHeaders: { "x-forwarded-for": blockedAddress } });
  const refusal = await blocked.newPage();
  const refused = await watchPolicy(refusal);
  const answer = await refusal.goto(product.siteUrl);
  expect(answer?.status()).toBe(403);
  expect(await refusal.locator("body").evaluate((body) => getComputedStyle(body).display)).toBe("grid");
  expect(refused, "a refusal").toEqual([]);
  await blocked.close();
});

test("a script that somebody gets into a page is not run", async ({ adminPage: page, expectedErrors }) => {
  expectedErrors.push(/violates the following Content Security Policy/, /Refused to/);
  await page.goto("/");
  const ran = await page.evaluate(async () => {
    const inline = document.createElement("div");
    inline.innerHTML = '<img src="/icon.svg?x" onload="globalThis.ran = \'attribute\'">';
    document.body.append(inline);
    document.body.insertAdjacentHTML(
      "beforeend",
      "<iframe srcdoc=\"<script>parent.ran = 'frame'</script>\"></iframe>",
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    return (globalThis as unknown as { ran?: string }).ran;
  });
  expect(ran).toBeUndefined();
});
