import { type ChildProcess, spawn } from "node:child_process";

const PATIENCE_MS = 15_000;

let current: { child: ChildProcess; ended: Promise<unknown> } | null = null;

/**
 * Runs a program of Node to its end, in a process group of its own, with its output on ours and nothing to read.
 * Answers the exit code, null where a signal ended it.
 */
export async function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, args, {
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once("exit", resolve);
  });
  current = { child, ended };
  const code = await ended;
  current = null;
  // What a runner that died has left of its group.
  signalGroup(child, "SIGKILL");
  return code;
}

/** Ends the program that runs, politely first. */
export async function stopCurrent(): Promise<void> {
  if (!current) return;
  const { child, ended } = current;
  signalGroup(child, "SIGINT");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!child.pid) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}
