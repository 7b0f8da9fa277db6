import { cpus, totalmem } from "node:os";
import { findBinaries } from "@/services/postgres/binaries";
import { run } from "@/services/run";
import { findRedisProgram } from "@/services/upstash/redis-process";

/** This machine and the programs that are measured with it, in one line. */
export async function describeMachine(): Promise<string> {
  const cores = cpus();
  const model = cores[0]?.model.trim() || process.arch;
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const postgres = await findBinaries().then(
    ({ version }) => `PostgreSQL ${version}`,
    () => "no PostgreSQL",
  );
  return [
    model,
    `${cores.length} cores`,
    `${gigabytes} GB`,
    process.platform,
    `Node ${process.versions.node}`,
    postgres,
    await redisVersion(),
  ].join(", ");
}

async function redisVersion(): Promise<string> {
  const program = await findRedisProgram();
  if (!program) return "no Redis";
  const { output } = await run(program.path, ["--version"]);
  return `${program.kind} ${/v=(\S+)/.exec(output)?.[1] ?? "of an unknown version"}`;
}

/** The commit that is measured, with a "+" behind it where files differ from it. */
export async function describeCommit(): Promise<string> {
  const here = { directory: process.cwd() };
  const { code, output } = await run("git", ["rev-parse", "--short", "HEAD"], here).catch(() => NO_GIT);
  if (code !== 0) return "no-commit";
  const { output: changed } = await run(
    "git",
    ["status", "--porcelain", "--", ".", ":!bench/RESULTS.md"],
    here,
  );
  return changed === "" ? output : `${output}+`;
}

const NO_GIT = { code: 1, output: "" };
