import { readFile } from "node:fs/promises";
import path from "node:path";
import { testEnvironment } from "@/services/test/environment";
import { runNode } from "@/services/test/run/command";
import { readPlaywrightReport } from "@/services/test/run/playwright-report";
import { addFault, emptyResult, type Result, single } from "@/services/test/run/result";
import { readVitestReport } from "@/services/test/run/vitest-report";

export type Section = { title: string; run: (folder: string) => Promise<Result> };

const bin = (...parts: string[]) => path.join("node_modules", ...parts);
const NEXT = bin("next", "dist", "bin", "next");
const TSC = bin("typescript", "bin", "tsc");
const BIOME = bin("@biomejs", "biome", "bin", "biome");
const VITEST = bin("vitest", "vitest.mjs");
const PLAYWRIGHT = bin("@playwright", "test", "cli.js");

export const SECTIONS: readonly Section[] = [
  { title: "Type check", run: checkTypes },
  { title: "Lint", run: lint },
  { title: "Unit and integration tests", run: runVitest },
  { title: "Build, browser and HTTP tests", run: runPlaywright },
];

function environment(folder: string, settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  return testEnvironment({ TMPDIR: folder, ...settings });
}

async function checkTypes(folder: string): Promise<Result> {
  for (const args of [
    [NEXT, "typegen"],
    [TSC, "--noEmit"],
  ]) {
    const code = await runNode(args, environment(folder));
    if (code !== 0) return single(false, "the type check");
  }
  return single(true, "");
}

async function lint(folder: string): Promise<Result> {
  return single((await runNode([BIOME, "check", "."], environment(folder))) === 0, "the lint");
}

async function runVitest(folder: string): Promise<Result> {
  const file = path.join(folder, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await runNode([VITEST, "run", ...reporters], environment(folder));
  return resultOf("vitest", code, file, readVitestReport);
}

async function runPlaywright(folder: string): Promise<Result> {
  const built = await runNode(["--import", "tsx", "services/test/run/build.ts"], environment(folder));
  if (built !== 0) {
    const result = emptyResult();
    addFault(result, "the build, so that no browser or HTTP test could be run");
    return result;
  }
  const file = path.join(folder, "playwright.json");
  const code = await runNode(
    [PLAYWRIGHT, "test", "-c", "e2e"],
    environment(folder, { GATEHOUSE_TEST_REPORT: file }),
  );
  return resultOf("Playwright", code, file, readPlaywrightReport);
}

/** What a runner reports; one that died, ran nothing, or failed without saying so counts as a failure. */
async function resultOf(
  name: string,
  code: number | null,
  file: string,
  read: (text: string) => Result,
): Promise<Result> {
  const text = await readFile(file, "utf8").catch(() => null);
  const result = text === null ? emptyResult() : read(text);
  const isEmpty = result.passed + result.failed === 0;
  if (text === null) addFault(result, `${name} ended with code ${code} and without a report`);
  else if (isEmpty) addFault(result, `${name} ran no test`);
  else if (code !== 0 && result.failed === 0) addFault(result, `${name} ended with code ${code}`);
  return result;
}
