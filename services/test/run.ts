import { existsSync } from "node:fs";
import { messageOf } from "@/lib/errors";
import { stopCurrent } from "@/services/test/run/command";
import { makeRunFolder, removeRunFolder } from "@/services/test/run/folder";
import { addFault, closingLines, emptyResult, type Result, sumOf } from "@/services/test/run/result";
import { SECTIONS } from "@/services/test/run/sections";

// `npm test`: every check there is, one after the other, and their sum on the last line.

const EXIT_INTERRUPTED = 130;
const folder = await makeRunFolder();

let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    console.log("\nStopping: everything that the tests have started ends with them.");
    stopCurrent()
      .then(() => removeRunFolder(folder))
      .catch((error) => console.error(messageOf(error)))
      .finally(() => process.exit(EXIT_INTERRUPTED));
  });
}

async function runSections(): Promise<Result[]> {
  const results: Result[] = [];
  for (const { title, run } of SECTIONS) {
    if (isStopping) await new Promise(() => {});
    console.log(`\n── ${title} ${"─".repeat(Math.max(3, 70 - title.length))}`);
    const startedAt = performance.now();
    results.push(await run(folder).catch(faultOf(title)));
    console.log(`   ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  return results;
}

function faultOf(title: string): (error: unknown) => Result {
  return (error) => {
    const result = emptyResult();
    addFault(result, `${title}: ${messageOf(error)}`);
    return result;
  };
}

if (!existsSync("package.json")) throw new Error("Run this in the project's folder, by: npm test");
const results = await runSections();
if (isStopping) await new Promise(() => {});
await removeRunFolder(folder);
const sum = sumOf(results);
console.log(`\n${closingLines(sum).join("\n")}`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
