import { readFile } from "node:fs/promises";
import path from "node:path";
import { isBuilt } from "@/services/build";
import { testEnvironment } from "@/services/test/environment";
import { auditPackages } from "@/services/test/run/audit";
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

const DOORS_AND_PAGES = ["--project=node-door", "--project=edge-door", "--project=pages"];
// Starts are timed: nothing else may run beside them.
const STARTS = ["--project=launcher", "--workers=1"];
// Their load is one that nothing else takes part in.
const FAULTS = ["--project=faults", "--workers=1"];

export const SECTIONS: readonly Section[] = [
  { title: "Type check", run: checkTypes },
  { title: "Lint", run: lint },
  { title: "Audit of packages", run: (folder) => auditPackages(environment(folder)) },
  { title: "Unit and integration tests", run: runVitest },
  { title: "Build", run: buildProduct },
  { title: "HTTP and browser tests", run: (folder) => runPlaywright(folder, "doors", DOORS_AND_PAGES) },
  { title: "Start and stop", run: (folder) => runPlaywright(folder, "launcher", STARTS) },
  { title: "Faults under load", run: (folder) => runPlaywright(folder, "faults", FAULTS) },
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

/** No test of its own: a build that succeeds is proved by the tests that need it, one that fails counts as a failure. */
async function buildProduct(folder: string): Promise<Result> {
  const code = await runNode(["--import", "tsx", "services/test/run/build.ts"], environment(folder));
  return code === 0 ? emptyResult() : single(false, "the build");
}

async function runPlaywright(folder: string, name: string, args: string[]): Promise<Result> {
  if (!(await isBuilt())) return single(false, `the tests of the ${name}, which need a build`);
  const file = path.join(folder, `${name}.json`);
  const settings = { GATEHOUSE_TEST_REPORT: file };
  const code = await runNode([PLAYWRIGHT, "test", "-c", "e2e", ...args], environment(folder, settings));
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
