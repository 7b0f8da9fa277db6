import { defineConfig } from "@playwright/test";
import { findBrowser } from "@/e2e/fixtures/chromium";
import type { Options } from "@/e2e/fixtures/test";

const browser = await findBrowser();
const hasBrowser = "executablePath" in browser;
const report = process.env.GATEHOUSE_TEST_REPORT;

export default defineConfig<Record<never, never>, Options>({
  testDir: ".",
  outputDir: "../test-results/e2e",
  globalSetup: "./fixtures/global-setup.ts",
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: report ? [["list"], ["json", { outputFile: report }]] : [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: hasBrowser ? browser : {},
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    missingBrowser: hasBrowser ? "" : browser.missing,
  },
  projects: [
    { name: "node-door", testDir: "./doors", use: { mode: "node-door" } },
    {
      name: "edge-door",
      testDir: "./doors",
      // Who asks for another server must be trusted, and this door cannot know who that is; a command's own words are
      // the same whichever door there is.
      testIgnore: ["ask*.spec.ts", "commands.spec.ts"],
      use: { mode: "edge-door" },
    },
    { name: "pages", testDir: "./pages", use: { mode: "node-door", viewport: { width: 1440, height: 900 } } },
    { name: "launcher", testDir: "./launcher", timeout: 180_000 },
    { name: "faults", testDir: "./faults", timeout: 240_000 },
  ],
});
