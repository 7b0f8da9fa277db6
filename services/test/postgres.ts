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
  return {
    url: url.href,
    drop: () => onServer(address, `drop database if exists ${name} with (force)`),
  };
}
