import { expect, test } from "@/e2e/fixtures/test";

test("a stranger who opens a page is sent to sign in, and from there back to that page", async ({
  page,
  product,
}) => {
  await page.goto("/blocked?state=all");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fblocked%3Fstate%3Dall/);
  await page.getByLabel("Username").fill(product.admin.username);
  await page.getByLabel("Password").fill(product.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/blocked\?state=all/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Blocked IPs");
});

test("a wrong password is refused in words that tell nothing more", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Username").fill("nobody-we-know");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Wrong username or password" })).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("too many attempts are told as such, with the time to wait", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Username").fill("another-unknown");
  for (let attempt = 0; attempt < 8; attempt++) {
    await page.getByLabel("Password").fill(`guess ${attempt}`);
    const answered = page.waitForResponse((response) => response.url().includes("/ip-tracking/login/"));
    await page.getByRole("button", { name: "Sign in" }).click();
    if ((await answered).status() === 429) break;
  }
  await expect(page.getByRole("alert").filter({ hasText: /Too many/ })).toBeVisible();
});

test("the form works without JavaScript, too", async ({ browser, product, address }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    baseURL: product.siteUrl,
    extraHTTPHeaders: { "x-forwarded-for": address },
  });
  const page = await context.newPage();
  await page.goto("/requests");
  await page.getByLabel("Username").fill(product.admin.username);
  await page.getByLabel("Password").fill(product.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/requests/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Requests");
  await context.close();
});

test("signing out ends it", async ({ page, product }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Username").fill(product.admin.username);
  await page.getByLabel("Password").fill(product.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${product.siteUrl}/`);
  await page.getByRole("button", { name: /admin/ }).click();
  await page
    .getByRole("menuitem", { name: "Sign out" })
    .or(page.getByRole("button", { name: "Sign out" }))
    .click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/requests");
  await expect(page).toHaveURL(/\/sign-in/);
});
