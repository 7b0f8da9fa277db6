import { appendFile, chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { explainOutput, StartError, systemErrorCode } from "@/services/errors";
import { type Binaries, cannotRun, program } from "@/services/postgres/binaries";
import { INCLUDE } from "@/services/postgres/settings";
import { type Account, run } from "@/services/run";

/** The role that owns the cluster; the application signs in as another that cannot reach files. */
export const SUPERUSER = "postgres";

type Cluster = { binaries: Binaries; dataDir: string; password: string; account?: Account; durable: boolean };

async function entries(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  });
}

async function createCluster(cluster: Cluster): Promise<void> {
  // Made under another name and renamed at the end: an interrupted start leaves nothing half-made.
  const unfinished = `${cluster.dataDir}.new`;
  const passwordFile = `${cluster.dataDir}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600, flag: "wx" });
    if (cluster.account) {
      await chown(unfinished, cluster.account.uid, cluster.account.gid);
      await chown(passwordFile, cluster.account.uid, cluster.account.gid);
    }
    const args = [
      `--pgdata=${unfinished}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      ...(cluster.durable ? [] : ["--no-sync"]),
    ];
    const { code, output } = await run(program(cluster.binaries, "initdb"), args, {
      account: cluster.account,
      directory: unfinished,
      timeoutSeconds: 180,
    });
    if (code !== 0) {
      const known = explainOutput(output, cluster.dataDir);
      throw known ?? cannotRun(/(?:error|FATAL):.*/.exec(output)?.[0] ?? output);
    }
    await appendFile(join(unfinished, "postgresql.conf"), INCLUDE);
    await rm(cluster.dataDir, { recursive: true, force: true });
    await rename(unfinished, cluster.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

/**
 * Makes the folder a database cluster at the first start and checks afterwards that this version of
 * PostgreSQL can read it. Throws a StartError when another version made it, or something else lies there.
 */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  const files = await entries(cluster.dataDir);
  if (files.length === 0) return createCluster(cluster);
  const { dataDir, binaries } = cluster;
  if (!files.includes("PG_VERSION")) {
    throw new StartError(
      `${dataDir} is not empty and holds no PostgreSQL database.`,
      "Move what lies there away, or choose another data folder.",
    );
  }
  const made = Number.parseInt(await readFile(join(dataDir, "PG_VERSION"), "utf8"), 10);
  if (made !== binaries.major) {
    throw new StartError(
      `The database in ${dataDir} was made by PostgreSQL ${made}, and this is PostgreSQL ${binaries.major}.`,
      `Dump it with PostgreSQL ${made} (pg_dump), move the folder away, start again and restore the dump; or set DATABASE_URL to a server that runs PostgreSQL ${made}.`,
    );
  }
}
