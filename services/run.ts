import { spawn } from "node:child_process";

/** The system account that a program runs as; undefined means the account of this process. */
export type Account = { uid: number; gid: number };

export type Outcome = { code: number | null; output: string };

const INHERITED = ["PATH", "SystemRoot", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/** A small, predictable environment: no PG* variables of the user, messages in English, no secrets. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const { NODE_ENV } = process.env;
  return { NODE_ENV, ...Object.fromEntries(inherited), LC_ALL: "C" };
}

/**
 * Runs a program to its end and returns its exit code with everything it printed. It gets a session of
 * its own, so that Ctrl-C in the terminal does not reach it. Rejects only when it cannot be started.
 */
export function run(
  program: string,
  args: string[],
  options: { account?: Account; directory?: string; timeoutSeconds?: number } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options.account,
      cwd: options.directory,
      detached: process.platform !== "win32",
      windowsHide: true,
      env: plainEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const timer = setTimeout(() => child.kill("SIGKILL"), (options.timeoutSeconds ?? 60) * 1000);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      // "close" may never come when a server that was started kept our pipes open.
      const finish = () => resolve({ code, output: output.trim() });
      const patience = setTimeout(finish, 250);
      child.once("close", () => {
        clearTimeout(patience);
        finish();
      });
    });
  });
}
