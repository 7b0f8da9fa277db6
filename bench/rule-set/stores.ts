import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CleanUp } from "@/bench/clean-up";
import { migrate } from "@/db/migrate";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";
import { sharedPlace } from "@/services/postgres/shared-place";

/** A PostgreSQL and a local Upstash endpoint of a row's own, and what a door and a publisher need to know of them. */
export type BenchStores = { databaseUrl: string; environment: Record<string, string> };

/** Starts both in a folder of their own. */
export async function startStores(cleanUp: CleanUp): Promise<BenchStores> {
  const folder = await cleanUp.add(mkdtemp(join(tmpdir(), "gatehouse-bench-")), (made) =>
    rm(made, { recursive: true, force: true }),
  );
  // The server may run as another account than ours, which has to reach its folder.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "postgres");
  await serverAccount(dataDir);
  const token = "bench";
  const postgres = await cleanUp.add(
    startPostgres({ dataDir, password: "bench", durable: false }),
    async (started) => {
      await started.stop();
      // Root may have had to keep it elsewhere.
      await rm(sharedPlace(dataDir), { recursive: true, force: true });
    },
  );
  const upstash = fork(join("bench", "rule-set", "upstash-process.ts"), [folder, token], {
    execArgv: ["--import", "tsx"],
  });
  await cleanUp.add(Promise.resolve(upstash), async (started) => {
    const ended = once(started, "exit");
    if (started.connected) started.disconnect();
    if (started.exitCode === null) await ended;
  });
  const [upstashUrl] = await Promise.race([once(upstash, "message"), once(upstash, "exit")]);
  if (typeof upstashUrl !== "string") throw new Error("The local endpoint did not start.");
  await migrate(postgres.url);
  return {
    databaseUrl: postgres.url,
    environment: {
      UPSTASH_REDIS_REST_URL: upstashUrl,
      UPSTASH_REDIS_REST_TOKEN: token,
      IP_HASH_KEY: "bench",
      EVENT_SEAL_KEY: "bench",
      NEXTAUTH_SECRET: "bench",
    },
  };
}
