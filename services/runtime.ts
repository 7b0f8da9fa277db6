import { existsSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isAlive } from "@/services/processes";

const FILE = "runtime.json";
const runtime = z.object({
  pid: z.number().int().positive(),
  url: z.string(),
  env: z.record(z.string(), z.string()),
});

/** A Gatehouse that runs on this machine: its process, its address, and what the embedded parts are reached by. */
export type Runtime = z.infer<typeof runtime>;

export function dataFolder(): string {
  return path.resolve(process.env.GATEHOUSE_DIR ?? ".gatehouse");
}

/** Leaves a note about the running Gatehouse for the commands; readable by this account only. */
export async function writeRuntime(dir: string, state: Runtime): Promise<void> {
  const draft = path.join(dir, `${FILE}.${process.pid}`);
  await writeFile(draft, JSON.stringify(state), { mode: 0o600 });
  await rename(draft, path.join(dir, FILE));
}

export async function removeRuntime(dir: string): Promise<void> {
  await rm(path.join(dir, FILE), { force: true });
}

/** The Gatehouse that runs on this data folder, or null. */
export function readRuntime(dir = dataFolder()): Runtime | null {
  try {
    const state = runtime.parse(JSON.parse(readFileSync(path.join(dir, FILE), "utf8")));
    return isAlive(state.pid) ? state : null;
  } catch {
    return null;
  }
}

/** Loads `.env.local` and `.env` of this folder; what the environment sets already stays. */
export function loadEnvFiles(): void {
  for (const name of [".env.local", ".env"]) if (existsSync(name)) process.loadEnvFile(name);
}

/**
 * Completes the environment of a command by what the Gatehouse of this folder runs with.
 * @returns whether one runs.
 */
export function adoptRuntime(): boolean {
  loadEnvFiles();
  const running = readRuntime();
  if (!running) return false;
  for (const [name, value] of Object.entries(running.env)) process.env[name] ||= value;
  return true;
}
