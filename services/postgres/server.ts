import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { explainOutput, StartError } from "@/services/errors";
import { type Binaries, program } from "@/services/postgres/binaries";
import { commandOf, isAlive, startMark } from "@/services/processes";
import { type Account, run } from "@/services/run";

export type Server = { binaries: Binaries; dataDir: string; logFile: string; account?: Account };

const STILL_IN_USE = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const PORT_TAKEN = /Address already in use|could not create any TCP\/IP sockets/;

/**
 * The server that runs on this data folder, found by the file it keeps there, or null. A file left by
 * a server that was killed is removed when its process id belongs to another program by now.
 */
export async function runningServer(dataDir: string): Promise<{ pid: number; port: number } | null> {
  const path = join(dataDir, "postmaster.pid");
  const [pid, , , port] = (await readFile(path, "utf8").catch(() => "")).split("\n").map(Number);
  if (!pid || !isAlive(pid)) return null;
  const gone = (await startMark(pid)) === undefined;
  if (gone || !/postgres/.test((await commandOf(pid)) ?? "postgres")) {
    await rm(path, { force: true });
    return null;
  }
  return { pid, port: port ?? 0 };
}

async function control(server: Server, args: string[], timeoutSeconds: number) {
  return run(
    program(server.binaries, "pg_ctl"),
    [...args, "-D", server.dataDir, "-t", String(timeoutSeconds)],
    {
      account: server.account,
      directory: server.dataDir,
      timeoutSeconds: timeoutSeconds + 5,
    },
  );
}

async function lastLogLines(server: Server, from: number): Promise<string> {
  const text = await readFile(server.logFile).catch(() => Buffer.alloc(0));
  return text.subarray(from).toString();
}

/**
 * Starts the server and waits until it accepts connections, recovery after a crash included. Returns
 * false when its port was taken by somebody else in the meantime; throws a StartError for the rest.
 */
export async function startServer(server: Server): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const before = (await readFile(server.logFile).catch(() => Buffer.alloc(0))).length;
    const { code, output } = await control(server, ["start", "-w", "-s", "-l", server.logFile], 120);
    if (code === 0) return true;
    const log = `${await lastLogLines(server, before)}\n${output}`;
    if (PORT_TAKEN.test(log)) return false;
    // The children of a server that was killed need a moment to notice it and go.
    if (STILL_IN_USE.test(log) && attempt < 20) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      continue;
    }
    const detail = /(?:FATAL|PANIC):\s*(.*)/.exec(log)?.[1] ?? output.split("\n")[0] ?? "no reason given";
    throw (
      explainOutput(log, server.dataDir) ??
      new StartError(`PostgreSQL did not start: ${detail}.`, `Its log is ${server.logFile}.`)
    );
  }
}

/** Stops the server: open transactions are rolled back, everything committed is on disk afterwards. */
export async function stopServer(server: Server): Promise<void> {
  if (!(await runningServer(server.dataDir))) return;
  const polite = await control(server, ["stop", "-m", "fast", "-w", "-s"], 30);
  if (polite.code === 0 || !(await runningServer(server.dataDir))) return;
  await control(server, ["stop", "-m", "immediate", "-w", "-s"], 10);
  const survivor = await runningServer(server.dataDir);
  if (survivor) throw new Error(`PostgreSQL (process ${survivor.pid}) does not stop: ${polite.output}`);
}
