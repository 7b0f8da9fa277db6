import { randomBytes } from "node:crypto";
import { chmod, link, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeDataFolder } from "@/services/data-folder";
import { explainFileError, StartError, systemErrorCode } from "@/services/errors";

const NAMES = [
  "NEXTAUTH_SECRET",
  "IP_HASH_KEY",
  "EVENT_SEAL_KEY",
  "UPSTASH_TOKEN",
  "POSTGRES_PASSWORD",
] as const;

/** What the rows of the database are worth nothing without: the others belong to the machine. */
export const SECRETS_IN_BACKUP = ["NEXTAUTH_SECRET", "IP_HASH_KEY", "EVENT_SEAL_KEY"] as const;

/** The secrets of the one-machine edition, each 32 random bytes in base64url. */
export type Secrets = Record<(typeof NAMES)[number], string>;

// Members of a later version stay in the file, so that going back and forth loses nothing.
const file = z.record(z.string(), z.unknown()).and(z.partialRecord(z.enum(NAMES), z.string().min(16)));

async function syncFolder(dir: string): Promise<void> {
  // Windows cannot open folders; there the rename alone has to do.
  const folder = await open(dir, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** Writes the file as a whole. With `first`, an existing file wins and the result is false. */
async function write(dir: string, secrets: object, first: boolean): Promise<boolean> {
  const path = join(dir, "secrets.json");
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(secrets, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (first) {
      const failure = systemErrorCode(await link(draft, path).catch((error: unknown) => error));
      if (failure === "EEXIST") return false;
      // Some file systems have no hard links.
      if (failure) await rename(draft, path);
    } else {
      await rename(draft, path);
    }
    await syncFolder(dir);
    return true;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(path: string): Promise<z.infer<typeof file> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    if (systemErrorCode(error) !== "EACCES") throw error;
    throw new StartError(
      `Cannot read ${path}: it belongs to another account.`,
      "Start as the account that made it, or give the file to this one.",
      { cause: error },
    );
  }
  try {
    return file.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartError(
      `${path} is damaged.`,
      "Put back a copy of it: without its IP_HASH_KEY the recorded visitors cannot be recognised any more. To begin anew, move the whole data folder away.",
      { cause },
    );
  }
}

async function load(dir: string): Promise<Secrets> {
  const path = join(dir, "secrets.json");
  for (;;) {
    const known = await read(path);
    if (known) await chmod(path, 0o600).catch(() => {});
    const fresh = NAMES.filter((name) => known?.[name] === undefined);
    const made = fresh.map((name) => [name, randomBytes(32).toString("base64url")]);
    const secrets: Partial<Secrets> = { ...known, ...Object.fromEntries(made) };
    if (fresh.length > 0 && !(await write(dir, secrets, known === undefined))) continue;
    const [missing] = NAMES.filter((name) => secrets[name] === undefined);
    if (missing) throw new Error(`${missing} could not be made`);
    return secrets as Secrets;
  }
}

/**
 * The secrets of a data folder: made at the first start, read afterwards, missing ones added. Never made
 * anew over a file that cannot be read: a StartError says so instead.
 */
export async function loadSecrets(dir: string): Promise<Secrets> {
  await makeDataFolder(dir);
  return load(dir).catch((error: unknown) => {
    throw explainFileError(error, dir);
  });
}

/**
 * Gives a data folder that has none these secrets, those of another place.
 * @throws StartError where it has others already.
 */
export async function adoptSecrets(dir: string, given: Readonly<Record<string, string>>): Promise<void> {
  const wanted = SECRETS_IN_BACKUP.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  await makeDataFolder(dir);
  try {
    if (await write(dir, Object.fromEntries(wanted), true)) return;
  } catch (error) {
    throw explainFileError(error, dir);
  }
  const own = await read(join(dir, "secrets.json"));
  if (wanted.every(([name, value]) => own?.[name] === value)) return;
  throw new StartError(
    `${dir} has secrets of its own, which are not those of the backup.`,
    "Restore into a new folder: GATEHOUSE_DIR=… before the command and before npm start.",
  );
}
