import { randomBytes } from "node:crypto";
import postgres from "postgres";

/** Runs one statement on the cluster that `services/test/global-setup.ts` started. */
async function onServer(address: string, statement: string): Promise<void> {
  const sql = postgres(address, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const DROP_ATTEMPTS = 40;
const DROP_PAUSE_MS = 250;
const INSUFFICIENT_PRIVILEGE = "42501";

/** An autovacuum worker that happens to be in the database cannot be cut by us, and soon leaves by itself. */
async function drop(address: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await onServer(address, `drop database if exists ${name} with (force)`);
    } catch (error) {
      const isOccupied = (error as { code?: string }).code === INSUFFICIENT_PRIVILEGE;
      if (!isOccupied || attempt === DROP_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, DROP_PAUSE_MS));
    }
  }
}

/**
 * A new, empty PostgreSQL database for one test file. Its role owns it and is no superuser, as in
 * operation. Call `drop` at the end; connections that are still open are cut.
 */
export async function testDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const address = process.env.GATEHOUSE_TEST_POSTGRES;
  if (!address) throw new Error("No database for tests: services/test/global-setup.ts has not run");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(address, `create database ${name}`);
  const url = new URL(address);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(address, name) };
}
