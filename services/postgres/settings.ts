import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "@/services/run";

const FILE = "gatehouse.conf";

/** What is appended to postgresql.conf once; later lines of the user's own still win over ours. */
export const INCLUDE = `\n# Written anew at every start; add your own settings below this line.\ninclude_if_exists '${FILE}'\n`;

/**
 * The settings of a small machine, as the text of a configuration file. `durable: false` gives up
 * safety for speed and is for databases of tests only.
 */
export function settingsText(input: { port: number; version: string; durable: boolean }): string {
  const durable = input.durable ? "on" : "off";
  return [
    `# PostgreSQL ${input.version}`,
    `port = ${input.port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    "max_connections = 60",
    "shared_buffers = 128MB",
    "jit = off",
    `fsync = ${durable}`,
    `synchronous_commit = ${durable}`,
    `full_page_writes = ${durable}`,
    "wal_compression = on",
    "max_wal_size = 1GB",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "password_encryption = 'scram-sha-256'",
    "idle_in_transaction_session_timeout = 5min",
    "log_checkpoints = off",
    "cluster_name = 'gatehouse'",
    "",
  ].join("\n");
}

/** The settings text of the last start, or an empty string before the first. */
export function readSettings(dataDir: string): Promise<string> {
  return readFile(join(dataDir, FILE), "utf8").catch(() => "");
}

/** The port of the last start, so that the address of the database stays the same. */
export function portOf(settings: string): number | undefined {
  const port = Number(/^port = (\d+)$/m.exec(settings)?.[1]);
  return Number.isInteger(port) ? port : undefined;
}

/** Replaces the settings file as a whole, owned by the account that PostgreSQL runs as. */
export async function writeSettings(dataDir: string, text: string, account?: Account): Promise<void> {
  const path = join(dataDir, FILE);
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(text);
    if (account) await file.chown(account.uid, account.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
