import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";
import { findBinaries } from "@/services/postgres/binaries";
import { stopServer } from "@/services/postgres/server";
import { sharedPlace } from "@/services/postgres/shared-place";
import { isAlive } from "@/services/processes";

const PREFIX = "gatehouse-test-";

async function remove(folder: string): Promise<void> {
  // Root may have had to keep things elsewhere, see placeData.
  await rm(sharedPlace(join(folder, "postgres")), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Stops and removes the clusters of earlier test runs that were killed before they could do it. */
async function sweep(): Promise<void> {
  const binaries = await findBinaries();
  for (const name of await readdir(tmpdir())) {
    const owner = Number(/^gatehouse-test-(\d+)-/.exec(name)?.[1]);
    if (!owner || isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    const dataDir = join(folder, "postgres");
    try {
      const account = await serverAccount(dataDir);
      await stopServer({ binaries, dataDir, account, logFile: join(folder, "postgres.log") });
      await remove(folder);
    } catch {
      // It belongs to another user: theirs to sweep.
    }
  }
}

/**
 * For vitest's `globalSetup`: one PostgreSQL for the whole run, in a temporary folder and without
 * forcing anything to the disk. Its address is in GATEHOUSE_TEST_POSTGRES; see `testDatabase`.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // The server may run as another account than ours, which has to reach its folder.
  await chmod(folder, 0o711);
  const database = await startPostgres({
    dataDir: join(folder, "postgres"),
    password: randomBytes(16).toString("hex"),
    durable: false,
  });
  process.env.GATEHOUSE_TEST_POSTGRES = database.url;
  return async () => {
    await database.stop();
    await remove(folder);
  };
}
