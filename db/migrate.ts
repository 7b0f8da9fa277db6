import { existsSync } from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import type { TransactionSql } from "postgres";
import { openDatabase } from "@/db/client";
import { ensurePartitions } from "@/db/partitions";
import { AppError } from "@/lib/errors";

/** The advisory lock that keeps two starts from migrating at once. */
const MIGRATION_LOCK = 728_101;

function migrationsFolder(): string {
  const folder = path.join(process.cwd(), "db", "migrations");
  if (existsSync(folder)) return folder;
  throw new AppError("unavailable", `No migrations in ${folder}: run the command in Gatehouse's own folder.`);
}

/**
 * Brings the database to the schema of this version, one starter at a time, and lays out the partitions of the next days.
 * @throws AppError `conflict` where a newer version of Gatehouse has been at work on this database.
 */
export async function migrate(url: string): Promise<{ applied: number }> {
  const folder = migrationsFolder();
  const known = readMigrationFiles({ migrationsFolder: folder });
  // One connection: the lock belongs to it, and so do the migrations.
  const db = openDatabase(url, { connectionsMax: 1, applicationName: "gatehouse migrate" });
  try {
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    const before = await appliedMigrations(db);
    const newest = Math.max(0, ...known.map((migration) => migration.folderMillis));
    if (before.some((createdAt) => createdAt > newest)) {
      throw new AppError(
        "conflict",
        "The database was made by a newer version of Gatehouse: update this copy, or give it a database of its own.",
      );
    }
    await runMigrations(db, { migrationsFolder: folder });
    await ensurePartitions(db, new Date());
    return { applied: known.length - before.length };
  } finally {
    await db.$client.end({ timeout: 5 });
  }
}

/**
 * Makes the schema that these migrations made, in an empty database.
 *
 * @param hashes the migrations in order, as `drizzle.__drizzle_migrations` keeps them
 * @throws AppError `conflict` where the database is not empty, or where this version does not know one of them
 */
export async function applyMigrations(sql: TransactionSql, hashes: readonly string[]): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  if (hashes.some((hash, at) => known[at]?.hash !== hash)) {
    throw new AppError(
      "conflict",
      "It was made by another, newer version of Gatehouse: update this copy first.",
    );
  }
  const [found] = await sql<{ there: boolean }[]>`select to_regclass('public.users') is not null as there`;
  if (found?.there)
    throw new AppError("conflict", "The database holds a Gatehouse already: it is left as it is.");
  await sql`create schema if not exists drizzle`;
  await sql`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`;
  for (const { sql: statements, hash, folderMillis } of known.slice(0, hashes.length)) {
    for (const statement of statements) await sql.unsafe(statement);
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
}

/** The hashes of all migrations of this version, in order. */
export function knownMigrations(): string[] {
  return readMigrationFiles({ migrationsFolder: migrationsFolder() }).map(({ hash }) => hash);
}

async function appliedMigrations(db: ReturnType<typeof openDatabase>): Promise<number[]> {
  const [found] = await db.execute<{ table: string | null }>(
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as "table"`,
  );
  if (!found?.table) return [];
  const rows = await db.execute<{ created_at: string }>(
    sql`select created_at from drizzle.__drizzle_migrations`,
  );
  return rows.map((row) => Number(row.created_at));
}
