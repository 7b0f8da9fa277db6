import type { Page } from "@playwright/test";
import { send } from "@/e2e/fixtures/http";
import { openAsViewer, openDialog, overflowOf } from "@/e2e/fixtures/pages";
import { expect, test } from "@/e2e/fixtures/test";
import { codeOf } from "@/e2e/fixtures/two-step";

const PASSWORD = "a rather long passphrase";
const nameOf = (address: string) => `viewer-${address.replaceAll(".", "-")}`;

async function fillSignIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signOut(page: Page, username: string): Promise<void> {
  await page.getByRole("button", { name: username }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

test("two-step sign-in is turned on with an app, asked for, and turned off again", async ({
  page,
  product,
  address,
}) => {
  const username = nameOf(address);
  await openAsViewer(page, product, "/account", address);
  await openDialog(page, "Turn on");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Present password").fill("not the password");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Your present password is not right.");
  await dialog.getByLabel("Present password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = ((await dialog.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent()) ?? "").replaceAll(" ", "");
  await dialog.getByLabel("Code of your authenticator app").fill(codeOf(secret, -1));
  await dialog.getByRole("button", { name: "Turn on" }).click();

  const codes = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recovery = await codes.allTextContents();
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes are left")).toBeVisible();
  await signOut(page, username);

  await fillSignIn(page, username, PASSWORD);
  await page.getByLabel("Code of your authenticator app").fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This code is not right" })).toBeVisible();
  await page.getByLabel("Code of your authenticator app").fill(codeOf(secret));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${product.siteUrl}/`);

  await page.goto("/account");
  await openDialog(page, "Turn off");
  await dialog.getByLabel("Present password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Use a recovery code" }).click();
  await dialog.getByLabel("Recovery code").fill(recovery[0] ?? "");
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
});

test("without JavaScript the page asks for password and code together", async ({
  browser,
  product,
  address,
}) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    baseURL: product.siteUrl,
    extraHTTPHeaders: { "x-forwarded-for": address },
  });
  const { enrolledUser } = await import("@/e2e/fixtures/two-step");
  const { username, password, recovery } = await enrolledUser(product, `plain-${nameOf(address)}`);
  const page = await context.newPage();
  await page.goto("/sign-in?next=/requests");
  await fillSignIn(page, username, password);
  await expect(page).toHaveURL(/error=code-required&next=%2Frequests/);
  await page.getByLabel(/^Code of your/).fill(recovery[0] ?? "");
  await fillSignIn(page, username, password);
  await expect(page).toHaveURL(`${product.siteUrl}/requests`);
  await context.close();
});

test("another session is shown with its place and program, and is signed out from here", async ({
  page,
  product,
  address,
  addresses,
}) => {
  await openAsViewer(page, product, "/account", address);
  const elsewhere = await send(product.url, {
    method: "POST",
    path: "/ip-tracking/login/",
    from: addresses.ipv4(),
    json: { username: nameOf(address), password: PASSWORD },
    headers: { "user-agent": "curl/8.5.0" },
  });
  const cookie = elsewhere.headers["set-cookie"]?.at(-1)?.split(";")[0] ?? "";
  const open = () => send(product.url, { path: "/jobs", from: addresses.ipv4(), headers: { cookie } });
  expect((await open()).status).toBe(200);
  await page.reload();
  const list = page.getByRole("region", { name: "Where you are signed in" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list.getByRole("listitem").first()).toContainText("this one");
  await list.getByRole("button", { name: "Sign out curl" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  expect((await open()).status).toBe(307);
  await page.goto("/jobs");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jobs");
});

test("a new password is refused where many use it, works at once, and ends the other sessions", async ({
  page,
  product,
  address,
  addresses,
}) => {
  const username = nameOf(address);
  await openAsViewer(page, product, "/account", address);
  const login = (password: string) =>
    send(product.url, {
      method: "POST",
      path: "/ip-tracking/login/",
      from: addresses.ipv4(),
      json: { username, password },
    });
  const cookie = (await login(PASSWORD)).headers["set-cookie"]?.at(-1)?.split(";")[0] ?? "";
  await openDialog(page, "Change password");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Present password").fill(PASSWORD);
  await dialog.getByLabel("New password").fill("Sommer2025!!!");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(dialog.getByRole("alert")).toContainText("among the first that anybody would try");
  await dialog.getByLabel("New password").fill("four unrelated words here");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed")).toBeVisible();
  const other = await send(product.url, { path: "/jobs", from: addresses.ipv4(), headers: { cookie } });
  expect(other.status).toBe(307);
  expect((await login(PASSWORD)).status).toBe(401);
  expect((await login("four unrelated words here")).status).toBe(200);
  await page.goto("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Account");
});

test("the page is reached by the menu, and nothing scrolls sideways on a phone", async ({ adminPage }) => {
  await adminPage.goto("/");
  await adminPage.getByRole("button", { name: /admin/ }).click();
  await adminPage.getByRole("menuitem", { name: "Account" }).click();
  await expect(adminPage.getByRole("heading", { level: 1 })).toHaveText("Account");
  await adminPage.setViewportSize({ width: 390, height: 844 });
  expect(await overflowOf(adminPage)).toBeLessThanOrEqual(0);
});
