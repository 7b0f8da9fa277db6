import { cp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Binaries, cannotRun, completeBinaries, program } from "@/services/postgres/binaries";
import { makeSharedPlace, sharedPlace } from "@/services/postgres/shared-place";
import { type Account, run } from "@/services/run";

const COPY = "native-";

/** Whether the programs start as this account; asking for the version loads their libraries too. */
async function tryPrograms(
  binaries: Binaries,
  account?: Account,
): Promise<{ runs: boolean; output: string }> {
  const options = { account, directory: "/" };
  for (const name of ["postgres", "initdb", "pg_ctl"] as const) {
    try {
      const { code, output } = await run(program(binaries, name), ["--version"], options);
      if (code !== 0) return { runs: false, output };
    } catch (error) {
      return { runs: false, output: error instanceof Error ? error.message : String(error) };
    }
  }
  return { runs: true, output: "" };
}

async function copyPrograms(binaries: Binaries, place: string): Promise<Binaries> {
  const native = join(place, `${COPY}${binaries.version}`);
  const present = await readdir(native).catch(() => undefined);
  if (!present) {
    const draft = `${native}.new`;
    await rm(draft, { recursive: true, force: true });
    await cp(binaries.native, draft, { recursive: true, verbatimSymlinks: true });
    await completeBinaries({ ...binaries, native: draft });
    // What npm unpacked under a strict umask may be unreadable for others.
    if (process.platform !== "win32") await run("chmod", ["-R", "a+rX", draft]);
    await rename(draft, native);
  }
  return { ...binaries, native };
}

/**
 * The programs of the npm package when the account can run them where they are, else a copy of them: in
 * /var/lib/gatehouse for the account of root, beside the data for a package that cannot be completed.
 */
export async function placePrograms(input: {
  binaries: Binaries;
  /** The asked place of the cluster. */
  dataDir: string;
  account?: Account;
}): Promise<Binaries> {
  const { binaries, account, dataDir } = input;
  const complete = await completeBinaries(binaries);
  const original = await tryPrograms(binaries, account);
  if (original.runs && complete) return binaries;
  if (!account && complete) throw cannotRun(original.output);
  const place = account ? sharedPlace(dataDir) : dirname(dataDir);
  if (account) await makeSharedPlace(place);
  const copy = await copyPrograms(binaries, place);
  const copied = await tryPrograms(copy, account);
  if (copied.runs) return copy;
  await rm(copy.native, { recursive: true, force: true });
  throw cannotRun(copied.output);
}

/** Removes the copies of other versions, once the server runs from this one. */
export async function removeOldCopies(binaries: Binaries): Promise<void> {
  const current = basename(binaries.native);
  if (!current.startsWith(COPY)) return;
  const place = dirname(binaries.native);
  for (const name of await readdir(place)) {
    if (name.startsWith(COPY) && name !== current)
      await rm(join(place, name), { recursive: true, force: true });
  }
}
