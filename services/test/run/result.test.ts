import { expect, test } from "vitest";
import { readPlaywrightReport } from "@/services/test/run/playwright-report";
import { addSkipped, closingLines, emptyResult, single, sumOf } from "@/services/test/run/result";
import { readVitestReport } from "@/services/test/run/vitest-report";

const vitest = (testResults: object[], success = true) => JSON.stringify({ success, testResults });
const file = (tests: [string, string][], status = "passed") => ({
  name: "lib/a.test.ts",
  status,
  assertionResults: tests.map(([state, fullName]) => ({ status: state, fullName })),
});

test("skipped tests are counted under what they need, and said in one line each", () => {
  const result = emptyResult();
  addSkipped(result, "the vectors hold (needs ../shared/data)");
  addSkipped(result, "the files (needs ../shared/data) are refused");
  addSkipped(result, "needs Chromium (run: npx playwright install chromium)");
  addSkipped(result, "a test that does not say why");
  expect(closingLines(sumOf([result, single(true, "")]))).toEqual([
    "skipped: 2 tests need ../shared/data",
    "skipped: 1 test needs Chromium (run: npx playwright install chromium)",
    "skipped: 1 test needs something unsaid: a test that does not say why",
    "1 passed, 0 failed, 4 skipped",
  ]);
});

test("without skipped tests the last line names passed and failed only", () => {
  expect(closingLines(sumOf([single(true, ""), single(false, "the lint")]))).toEqual([
    "failed: the lint",
    "1 passed, 1 failed",
  ]);
});

test("vitest: passed, failed and skipped tests are counted", () => {
  const tests: [string, string][] = [
    ["passed", "one"],
    ["failed", "two"],
    ["skipped", "three (needs ../shared/data)"],
  ];
  const result = readVitestReport(vitest([file(tests, "failed")], false));
  expect(result).toMatchObject({ passed: 1, failed: 1, faults: [] });
  expect([...result.skipped]).toEqual([["../shared/data", 1]]);
});

test("vitest: a file that cannot be loaded is a failure", () => {
  const result = readVitestReport(vitest([file([["passed", "one"]]), file([], "failed")], false));
  expect(result).toMatchObject({ passed: 1, failed: 1, faults: ["lib/a.test.ts could not be run"] });
});

test("vitest: an error outside of tests is a failure", () => {
  expect(readVitestReport(vitest([file([["passed", "one"]])], false)).failed).toBe(1);
});

const spec = (status: string, results: object[], annotations: object[] = []) => ({
  title: "a page",
  tests: [{ projectName: "pages", status, annotations, results }],
});
const playwright = (specs: object[], errors: object[] = []) =>
  JSON.stringify({ suites: [{ specs: [], suites: [{ specs }] }], errors });

test("Playwright: tests of nested suites are counted, a flaky one as failed", () => {
  const text = playwright([
    spec("expected", [{ status: "passed" }]),
    spec("unexpected", [{ status: "failed" }]),
    spec("flaky", [{ status: "failed" }, { status: "passed" }]),
    spec("skipped", [{ status: "skipped" }], [{ type: "skip", description: "needs Chromium" }]),
  ]);
  const result = readPlaywrightReport(text);
  expect(result).toMatchObject({ passed: 1, failed: 2 });
  expect([...result.skipped]).toEqual([["Chromium", 1]]);
});

test("Playwright: a test that was never begun has failed, and so has a run with an error", () => {
  const text = playwright([spec("skipped", [])], [{ message: "No tests found\nat once" }]);
  expect(readPlaywrightReport(text)).toMatchObject({
    passed: 0,
    failed: 2,
    faults: ['pages: "a page" was not run', "No tests found"],
  });
});
