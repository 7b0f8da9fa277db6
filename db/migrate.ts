import { existsSync } from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
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
