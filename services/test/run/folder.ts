import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "@/services/processes";
import { killOn } from "@/services/test/processes-on";

/**
 * A folder for everything that a run leaves on the disk: as the folder for temporary files of all its programs it also
 * tells which processes are the run's.
 */
export async function makeRunFolder(): Promise<string> {
  await sweep();
  const folder = await mkdtemp(path.join(tmpdir(), `gatehouse-run-${process.pid}-`));
  // The account of a PostgreSQL that root has started passes through.
  await chmod(folder, 0o711);
  return folder;
}

/** Ends what is still at work on the folder and removes it. */
export async function removeRunFolder(folder: string): Promise<void> {
  await killOn(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** What runs that were killed have left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(/^gatehouse-run-(\d+)-/.exec(name)?.[1]);
    if (owner && !isAlive(owner)) await removeRunFolder(path.join(tmpdir(), name)).catch(() => {});
  }
}
