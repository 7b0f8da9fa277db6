import { randomBytes } from "node:crypto";
import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeDataFolder } from "@/services/data-folder";
import { explainFileError, StartError, systemErrorCode } from "@/services/errors";
import { startMark } from "@/services/processes";

const holder = z.object({ pid: z.number().int(), mark: z.string(), since: z.string() });
type Holder = z.infer<typeof holder>;

const nameOf = (number: number) => `launcher.${number}.lock`;
const numberOf = (name: string) => Number(/^launcher\.(\d+)\.lock$/.exec(name)?.[1] ?? Number.NaN);

/** The process that a lock file names, when it still lives; a later one with the same id does not count. */
async function liveHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const parsed = holder.safeParse(jsonOrNull(text));
  if (!parsed.success) return undefined;
  const mark = await startMark(parsed.data.pid);
  return mark !== undefined && mark === parsed.data.mark ? parsed.data : undefined;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function survey(dir: string): Promise<{ live: Map<number, Holder>; all: number[] }> {
  const all = (await readdir(dir)).map(numberOf).filter(Number.isInteger);
  const live = new Map<number, Holder>();
  for (const number of all) {
    const found = await liveHolder(join(dir, nameOf(number)));
    if (found) live.set(number, found);
  }
  return { live, all };
}

function refuse(dir: string, other: Holder): StartError {
  return new StartError(
    `Another Gatehouse (process ${other.pid}, started ${other.since}) is running on ${dir}.`,
    "Stop that one first, or give this one a data folder of its own.",
  );
}

async function acquire(dir: string, draft: string, self: Holder): Promise<string> {
  for (;;) {
    const before = await survey(dir);
    for (const other of before.live.values()) throw refuse(dir, other);
    const number = Math.max(0, ...before.all) + 1;
    const path = join(dir, nameOf(number));
    try {
      await link(draft, path);
    } catch (error) {
      if (systemErrorCode(error) === "EEXIST") continue;
      if (systemErrorCode(error) === "EACCES" || systemErrorCode(error) === "ENOSPC") throw error;
      // No hard links on this file system: creating is atomic too, only the text follows a moment later.
      await writeFile(path, JSON.stringify(self), { flag: "wx", mode: 0o600 });
    }
    // Whoever looked before we linked may have taken another number: then both see each other here.
    const after = await survey(dir);
    for (const [taken, other] of after.live) {
      if (taken === number) continue;
      await rm(path, { force: true });
      throw refuse(dir, other);
    }
    for (const stale of before.all) await rm(join(dir, nameOf(stale)), { force: true });
    return path;
  }
}

/**
 * Claims a data folder for this process until `release` or its end, however that comes: a lock that a
 * killed process left behind is replaced. Throws a StartError while another live launcher holds it.
 * The lock is a file with a number; a newer one takes the next number, so none is ever taken over in place.
 */
export async function lockFolder(dir: string): Promise<{ release(): Promise<void> }> {
  await makeDataFolder(dir);
  const draft = join(dir, `launcher.${randomBytes(6).toString("hex")}.draft`);
  const self = {
    pid: process.pid,
    mark: (await startMark(process.pid)) ?? "",
    since: new Date().toISOString(),
  };
  try {
    await writeFile(draft, JSON.stringify(self), { flag: "wx", mode: 0o600 });
    const path = await acquire(dir, draft, self);
    return { release: () => rm(path, { force: true }) };
  } catch (error) {
    throw explainFileError(error, dir);
  } finally {
    await rm(draft, { force: true });
  }
}
