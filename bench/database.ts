import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";
import { sharedPlace } from "@/services/postgres/shared-place";

export type BenchDatabase = { url: string; db: Database; dataDir: string };

/** Gives a measurement a PostgreSQL of its own with the schema of this version, and removes it, also on Ctrl-C. */
export async function withDatabase<T>(measure: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
  // The server may run as another account than ours, which has to reach its folder.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "postgres");
  await serverAccount(dataDir);
  const server = await startPostgres({ dataDir, password: "bench", durable: false });
  const remove = async () => {
    await server.stop();
    // Root may have had to keep it elsewhere.
    await rm(sharedPlace(dataDir), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  const interrupt = () => void remove().finally(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    await migrate(server.url);
    const db = openDatabase(server.url);
    try {
      return await measure({ url: server.url, db, dataDir: server.dataDir });
    } finally {
      await db.$client.end();
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    await remove();
  }
}
