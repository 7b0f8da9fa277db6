import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { vi } from "vitest";
import { failureOf } from "@/cli/failure";
import { buildProgram } from "@/cli/program";

export type Outcome = { code: number | null; out: string; err: string };

const project = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/**
 * Runs a command in this process, as `cli/gatehouse.ts` does, and returns what it printed. The pool that it closed at
 * its end is forgotten, so that the next one opens its own.
 */
export async function runCommand(...args: string[]): Promise<Outcome> {
  const printed = { out: "", err: "" };
  const to = (stream: "out" | "err") => (text: unknown) => {
    printed[stream] += `${String(text)}\n`;
  };
  const spies = [
    vi.spyOn(console, "log").mockImplementation(to("out")),
    vi.spyOn(console, "error").mockImplementation(to("err")),
    vi.spyOn(console, "warn").mockImplementation(to("err")),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed.err += String(text);
      return true;
    }),
  ];
  try {
    await buildProgram().parseAsync(args, { from: "user" });
    return { code: 0, ...printed };
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    return { code: exitCode, out: printed.out, err: printed.err + message };
  } finally {
    for (const spy of spies) spy.mockRestore();
    delete (globalThis as { gatehouseDatabase?: unknown }).gatehouseDatabase;
  }
}

/**
 * Runs `gatehouse` as a program of its own, in a folder that is none of Gatehouse and with only this environment; what
 * still runs after two minutes is ended.
 */
export function spawnCommand(env: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", tsx, project("cli/gatehouse.ts"), ...args], {
    cwd: tmpdir(),
    env: {
      NODE_ENV: process.env.NODE_ENV,
      PATH: process.env.PATH,
      TSX_TSCONFIG_PATH: project("tsconfig.json"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 110_000,
  });
  const printed = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    printed.err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...printed }));
  });
}
