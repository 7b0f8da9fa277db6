import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartError } from "@/services/errors";
import { type Account, run } from "@/services/run";

const NAME = "postgres";

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([run("id", ["-u", NAME]), run("id", ["-g", NAME])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function create(): Promise<void> {
  const nologin = "/usr/sbin/nologin";
  await run("groupadd", ["--system", NAME]);
  await run("useradd", [
    "--system",
    "--gid",
    NAME,
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    nologin,
    NAME,
  ]);
}

/**
 * The account PostgreSQL runs as: undefined for an ordinary user. PostgreSQL refuses root, so root lends
 * it the owner of an existing cluster or data folder, else the system account `postgres`, made when missing.
 */
export async function serverAccount(dataDir: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const folder of [dataDir, dirname(dataDir)]) {
    const owner = await stat(folder).catch(() => undefined);
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  const existing = await lookUp();
  if (existing) return existing;
  const failure = await create().catch((error: unknown) => error);
  const created = await lookUp();
  if (created) return created;
  throw new StartError(
    `PostgreSQL does not run as root, and the account "${NAME}" for it could not be made.`,
    `Start as an ordinary user, make a system account named "${NAME}", or set DATABASE_URL.`,
    { cause: failure },
  );
}
