import { readFile } from "node:fs/promises";
import { run } from "@/services/run";

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function linuxStat(pid: number): Promise<{ state: string; startTicks: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The program's name stands in parentheses and may hold anything, so count from the last one.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  return state && startTicks ? { state, startTicks } : undefined;
}

/**
 * A text that tells this process from a later one with the same id: when it started, and in which boot.
 * Undefined when there is no such process (one that only waits to be reaped counts as gone) and "" on
 * systems that do not tell.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === "linux") {
    const stat = await linuxStat(pid);
    if (!stat) return isAlive(pid) ? "" : undefined;
    if (stat.state === "Z" || stat.state === "X") return undefined;
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    return `${boot.trim()}/${stat.startTicks}`;
  }
  if (process.platform === "win32") return "";
  const { code, output } = await run("ps", ["-o", "lstart=", "-p", String(pid)]);
  return code === 0 ? output : undefined;
}

/** The command line of a process, or undefined where the system does not tell. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
    return text?.replaceAll("\0", " ").trim() || undefined;
  }
  if (process.platform === "win32") return undefined;
  const { code, output } = await run("ps", ["-o", "command=", "-p", String(pid)]);
  return code === 0 ? output : undefined;
}
