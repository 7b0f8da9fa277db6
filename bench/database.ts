import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CleanUp } from "@/bench/clean-up";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";
import { sharedPlace } from "@/services/postgres/shared-place";

/** A PostgreSQL for one measurement, with the schema of this version; nothing is forced to the disk. */
export async function startDatabase(cleanUp: CleanUp): Promise<Database> {
  const folder = await cleanUp.add(mkdtemp(join(tmpdir(), "gatehouse-bench-")), async (made) => {
    // Root may have had to keep it elsewhere.
    await rm(sharedPlace(join(made, "postgres")), { recursive: true, force: true });
    await rm(made, { recursive: true, force: true });
  });
  // The server may run as another account than ours, which has to reach its folder.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "postgres");
  await serverAccount(dataDir);
  const server = await cleanUp.add(startPostgres({ dataDir, password: "bench", durable: false }), (started) =>
    started.stop(),
  );
  await migrate(server.url);
  return cleanUp.add(Promise.resolve(openDatabase(server.url)), (db) => db.$client.end());
}
