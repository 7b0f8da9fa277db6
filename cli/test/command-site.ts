import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "@/cli/test/run-command";
import { openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { testDatabase } from "@/services/test/postgres";
import { testUpstash } from "@/services/test/upstash";

/**
 * What commands work on, for one test file: a migrated PostgreSQL and the local Upstash endpoint, named by the
 * environment, beside a folder in which no Gatehouse runs. Call `stop` at the end.
 */
export async function commandSite() {
  const [postgres, upstash] = await Promise.all([testDatabase(), testUpstash()]);
  await migrate(postgres.url);
  const db = openDatabase(postgres.url, { connectionsMax: 1 });
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cli-"));
  const env = {
    GATEHOUSE_DIR: folder,
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    NEXTAUTH_SECRET: "the secret of a site that only tests know",
    IP_HASH_KEY: "a key for the hashes of a test",
    EVENT_SEAL_KEY: "a key for the events of a test",
    IP_PRIVACY: "hashed",
  };
  Object.assign(process.env, env);
  return {
    db,
    env,
    folder,
    storeUrl: upstash.url,
    async stop() {
      await db.$client.end({ timeout: 1 });
      await Promise.all([postgres.drop(), upstash.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether the doors would refuse the address now. */
export async function isBlocked(ip: string): Promise<boolean> {
  const { out } = await runCommand("why", ip, "--json");
  return JSON.parse(out).verdict.action === "block";
}
