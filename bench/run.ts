import { type ChildProcess, fork } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import path from "node:path";
import { z } from "zod";
import { describeCommit, describeMachine } from "@/bench/machine";
import {
  cellsOf,
  formatResults,
  inOrder,
  type Measured,
  machinesOf,
  merge,
  parseResults,
  shortOf,
} from "@/bench/results";
import { formatTable } from "@/cli/table";

// All rows of the table, or those that are named: `npm run bench [-- ROW …]`. Prints one table, keeps it in
// bench/RESULTS.md, and exits 1 where a row falls short or could not be measured, naming it.

const RESULTS = path.join("bench", "RESULTS.md");
const ROW_MINUTES_MAX = 20;
const CLEAN_UP_MS = 60_000;

const answer = z.object({
  what: z.string(),
  against: z.string(),
  figures: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        target: z.string().nullable(),
        isReached: z.boolean(),
      }),
    )
    .min(1),
});
type Answer = z.infer<typeof answer>;

let current: ChildProcess | null = null;
let isStopped = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    isStopped = true;
    current?.kill("SIGTERM");
  });

async function main(): Promise<number> {
  const known = inOrder(
    (await readdir(path.join("bench", "rows")))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => name.slice(0, -".ts".length)),
  );
  const named = process.argv.slice(2);
  const unknown = named.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    console.error(`There is no row ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
    return 1;
  }
  const machine = await describeMachine();
  const commit = await describeCommit();
  const now: Measured[] = [];
  const failed: string[] = [];
  for (const id of named.length > 0 ? inOrder([...new Set(named)]) : known) {
    if (isStopped) break;
    console.log(`\n${id}`);
    // Windows knows no such thing, and answers 0.
    const [load = 0] = loadavg();
    const found = await measure(id);
    const date = new Date().toISOString().slice(0, 10);
    if (found) now.push({ id, ...found, date, commit, machine, load: load || null });
    else failed.push(id);
    // Kept after each row: an hour's figures must not be lost with the last of them.
    if (found) await keep(now);
  }
  if (now.length > 0) print(now);
  const short = shortOf(now);
  if (short.length > 0) console.log(`\nShort: ${short.join(", ")}.`);
  if (failed.length > 0) console.log(`\nNot measured: ${failed.join(", ")}.`);
  return short.length + failed.length > 0 || isStopped ? 1 : 0;
}

/** What a row says, or null where it failed, was stopped or did not end. */
async function measure(id: string): Promise<Answer | null> {
  // In a session of its own, so that Ctrl-C reaches it once, from us.
  const child = fork(path.join("bench", "run-row.ts"), [id], {
    execArgv: ["--import", "tsx", "--expose-gc"],
    detached: true,
  });
  current = child;
  let found: Answer | null = null;
  child.on("message", (message) => {
    found = answer.parse(message);
  });
  const timer = setTimeout(() => {
    console.error(`  It takes more than ${ROW_MINUTES_MAX} minutes and is ended.`);
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), CLEAN_UP_MS).unref();
  }, ROW_MINUTES_MAX * 60_000);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  current = null;
  return code === 0 ? found : null;
}

async function keep(now: readonly Measured[]): Promise<void> {
  const before = parseResults(await readFile(RESULTS, "utf8").catch(() => ""));
  await writeFile(RESULTS, formatResults(merge(before, now)));
}

function print(rows: readonly Measured[]): void {
  const machines = machinesOf(rows);
  const heads = ["row", "what", "measured against", "figure", "median (spread)", "to reach", ""];
  const columns = heads.map((head, at) => ({ head, of: (cells: readonly string[]) => cells[at] ?? "" }));
  console.log(
    `\n${formatTable(columns, cellsOf(rows, machines), null).join("\n")}\n\n${machines.join("\n")}`,
  );
}

process.exitCode = await main();
