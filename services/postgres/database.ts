import postgres from "postgres";
import { StartError } from "@/services/errors";
import { SUPERUSER } from "@/services/postgres/cluster";

export const DATABASE = "gatehouse";
export const ROLE = "gatehouse";

const INVALID_PASSWORD = "28P01";
const NO_SUCH_DATABASE = "3D000";

function connect(port: number, username: string, password: string, database: string) {
  return postgres({
    host: "127.0.0.1",
    port,
    username,
    password,
    database,
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
  });
}

/** The address of a database of this server, with the role of the application. */
export function databaseUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

async function attempt(port: number, username: string, password: string, database: string): Promise<unknown> {
  const sql = connect(port, username, password, database);
  try {
    await sql`select 1`;
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Whether the server answers the application's role with this password. */
export async function answers(port: number, password: string): Promise<boolean> {
  return (await attempt(port, ROLE, password, DATABASE)) === undefined;
}

async function createDatabase(port: number, password: string): Promise<void> {
  const sql = connect(port, SUPERUSER, password, "postgres");
  try {
    const [role] = await sql`select 1 from pg_roles where rolname = ${ROLE}`;
    // No superuser: whoever injects SQL must not reach files or programs of this machine.
    const statement = role ? "alter role" : "create role";
    await sql.unsafe(`${statement} ${ROLE} login createdb password '${password.replaceAll("'", "''")}'`);
    await sql.unsafe(`grant pg_monitor to ${ROLE}`);
    const [database] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
    if (!database) await sql.unsafe(`create database ${DATABASE} owner ${ROLE}`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * Makes the role and the database of the application when they are missing. Throws a StartError when
 * the data folder was made with another password.
 */
export async function ensureDatabase(port: number, password: string, dataDir: string): Promise<void> {
  const error = await attempt(port, ROLE, password, DATABASE);
  if (error === undefined) return;
  if (codeOf(error) !== INVALID_PASSWORD && codeOf(error) !== NO_SUCH_DATABASE) throw error;
  try {
    await createDatabase(port, password);
  } catch (cause) {
    if (codeOf(cause) !== INVALID_PASSWORD) throw cause;
    throw new StartError(
      `The database in ${dataDir} was made with another password than the one in secrets.json.`,
      "Put back the secrets.json that belongs to it, or move the data folder away to begin anew.",
      { cause },
    );
  }
}
