import { lstat, readdir, readlink, rename, rm, rmdir, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { StartError } from "@/services/errors";
import { canEnter, makeSharedPlace, sharedPlace } from "@/services/postgres/shared-place";
import type { Account } from "@/services/run";

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Makes room for the link; a cluster that lies there is not moved behind the user's back. */
async function clearAskedPlace(dataDir: string): Promise<void> {
  if (!(await exists(dataDir))) return;
  const files = await readdir(dataDir);
  if (files.length === 0) return rmdir(dataDir);
  throw new StartError(
    `PostgreSQL's account cannot pass through the folders above ${dataDir} any more.`,
    "Let every account pass through them (chmod o+x), or set DATABASE_URL.",
  );
}

/**
 * Where the cluster really lies. For an ordinary user that is the asked place. The account that root lends
 * to PostgreSQL must be able to pass through every folder above; where it cannot, as under /root, the
 * cluster is kept under /var/lib/gatehouse and a symbolic link stands at the asked place.
 */
export async function placeData(input: {
  dataDir: string;
  account?: Account;
  stopServerOn: (dataDir: string) => Promise<void>;
  log?: (line: string) => void;
}): Promise<string> {
  const { dataDir, account, log } = input;
  const link = await readlink(dataDir).catch(() => undefined);
  if (link !== undefined) {
    const target = resolve(dirname(dataDir), link);
    if (account && !(await exists(target))) {
      log?.(`The database in ${target} is gone: an empty one takes its place.`);
      if (target.startsWith(sharedPlace(dataDir))) await makeSharedPlace(dirname(target));
    }
    return target;
  }
  if (!account || (await canEnter(dirname(dataDir), account))) return dataDir;
  await clearAskedPlace(dataDir);
  const place = sharedPlace(dataDir);
  const real = join(place, "postgres");
  await makeSharedPlace(place);
  if (await exists(real)) {
    // The link is gone: the user has thrown the data folder away to begin anew.
    await input.stopServerOn(real);
    await rm(`${real}.discarded`, { recursive: true, force: true });
    await rename(real, `${real}.discarded`);
    log?.(`The data folder was removed, so an empty database is made; the old one is ${real}.discarded.`);
  }
  await symlink(real, dataDir);
  return real;
}
