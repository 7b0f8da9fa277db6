import { expect, test } from "@/e2e/fixtures/test";

const VIEWPORTS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const PAGES = [
  { path: "/", heading: /requests|Overview/ },
  { path: "/requests", heading: /Requests/ },
  { path: "/suspicious", heading: /Suspicious IPs/ },
  { path: "/blocked", heading: /Blocked IPs/ },
  { path: "/allowed", heading: /Allowed IPs/ },
];

test("the overview says in words what happened, and draws it", async ({
  adminPage: page,
  visit,
  product,
}) => {
  const { json } = await visit({ path: "/ip-tracking/test-geo/" });
  expect(json()).toHaveProperty("country");
  const answer = await visit({ path: "/one-more" });
  await product.recorded(String(answer.headers["x-request-id"]));
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    /In the last 24 hours [\d,]+ requests? from [\d,]+ visitors?/,
  );
  await expect(page.getByText("Requests by hour")).toBeVisible();
  await page.getByText("Where visitors come from").scrollIntoViewIfNeeded();
  await expect(page.locator(".leaflet-container")).toBeVisible();
  await expect(page.locator(".leaflet-container path").first()).toBeAttached();
  await expect(page.getByText("Top paths")).toBeVisible();
});

test("every figure of the chart can be read as a table", async ({ adminPage: page, visit, product }) => {
  const seen = await visit({ path: "/for-the-table" });
  await product.recorded(String(seen.headers["x-request-id"]));
  await page.goto("/");
  await page.getByRole("button", { name: "As table" }).click();
  await expect(page.getByRole("table").first()).toBeVisible();
});

test("a request appears in the live list within 3 s, without a reload", async ({
  adminPage: page,
  visit,
  product,
}) => {
  const first = await visit({ path: "/before-live" });
  await product.recorded(String(first.headers["x-request-id"]));
  await page.goto("/");
  await expect(page.getByText("Live: the last 5 minutes")).toBeVisible();
  // The best of three: a machine that is shared may stall once.
  let seconds = Number.POSITIVE_INFINITY;
  for (let attempt = 1; attempt <= 3 && seconds > 3; attempt++) {
    const path = `/live-${Date.now()}`;
    const sentAt = Date.now();
    await visit({ path });
    await expect(page.getByText(path)).toBeVisible({ timeout: 10_000 });
    seconds = (Date.now() - sentAt) / 1000;
    console.log(`     live after ${seconds.toFixed(1)} s`);
  }
  expect(seconds).toBeLessThan(3);
});

test("filters stand in the address, and narrow the list", async ({
  adminPage: page,
  visit,
  product,
  address,
}) => {
  await visit({ path: "/filter-a" });
  const last = await visit({ path: "/filter-b" });
  await product.recorded(String(last.headers["x-request-id"]));
  await page.goto("/requests");
  await page.getByLabel("Address").fill(address);
  await page.getByLabel("Path").fill("/filter-a");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/path=%2Ffilter-a/);
  await expect(page.getByText("/filter-a").first()).toBeVisible();
  await expect(page.getByText("/filter-b")).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel("Path")).toHaveValue("/filter-a");
});

for (const viewport of VIEWPORTS) {
  for (const { path, heading } of PAGES) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`${path} fits ${viewport.width} pixels in ${colorScheme}, without scrolling sideways`, async ({
        adminPage: page,
      }) => {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toContainText(heading);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });
    }
  }
}
