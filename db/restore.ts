import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TransactionSql } from "postgres";
import {
  type BackupFoot,
  type BackupHead,
  backupFoot,
  backupHead,
  damaged,
  type Frame,
  readFrames,
  tableHead,
} from "@/db/backup/file";
import { type Database, openDatabase } from "@/db/client";
import { applyMigrations, migrate } from "@/db/migrate";
import { defaultStatement, partitionStatement } from "@/db/partitions";

const DAY_MS = 86_400_000;

/** The beginning of a backup. @throws AppError `bad-input` where it is none. */
export async function readBackupHead(from: Readable): Promise<BackupHead> {
  for await (const frame of readFrames(from)) return headOf(frame);
  throw damaged();
}

function headOf(frame: Frame): BackupHead {
  const parsed = frame.kind === "json" ? backupHead.safeParse(frame.value) : null;
  if (!parsed?.success) throw damaged(parsed?.error);
  return parsed.data;
}

/**
 * Brings a backup into an empty database, whole or not at all, and then to the schema of this version.
 *
 * @returns the rows of each table, which are as many as were in the backup
 * @throws AppError `conflict` where the database is not empty or the backup is of a newer version
 */
export async function restoreBackup(url: string, from: Readable): Promise<BackupFoot["rows"]> {
  const db = openDatabase(url, { connectionsMax: 1, applicationName: "gatehouse restore" });
  try {
    const rows = await bringIn(db, from);
    await migrate(url);
    return rows;
  } finally {
    await db.$client.end({ timeout: 5 });
  }
}

async function bringIn(db: Database, from: Readable): Promise<BackupFoot["rows"]> {
  const frames = readFrames(from);
  const first = await frames.next();
  if (first.done) throw damaged();
  const head = headOf(first.value);
  return db.$client.begin(async (sql) => {
    await applyMigrations(sql, head.migrations);
    await makePartitions(sql, head.days);
    const rows = await copyTables(sql, frames);
    await continueIdentities(sql);
    return rows;
  });
}

/** Lays out the partitions of a backup and one for what lay in none of them, in the table that its schema has for requests. */
async function makePartitions(sql: TransactionSql, days: readonly string[]): Promise<void> {
  const [rows] = await sql<{ table: string }[]>`
    select coalesce(to_regclass('request_rows'), to_regclass('request_logs'))::text as table`;
  await sql.unsafe(defaultStatement(rows?.table));
  for (const text of days) {
    const [from = Number.NaN, to = from + DAY_MS] = text
      .split("/")
      .map((day) => Date.parse(`${day}T00:00:00Z`));
    if (!(from < to)) throw damaged();
    await sql.unsafe(partitionStatement({ from, to }, rows?.table));
  }
}

/** Copies table after table in, and compares the rows of each with what the backup says at its end. */
async function copyTables(sql: TransactionSql, frames: AsyncGenerator<Frame>): Promise<BackupFoot["rows"]> {
  const found: BackupFoot["rows"] = {};
  let frame = await frames.next();
  for (;;) {
    if (frame.done || frame.value.kind !== "json") throw damaged();
    const foot = backupFoot.safeParse(frame.value.value);
    if (foot.success) {
      const names = Object.keys({ ...found, ...foot.data.rows });
      if (names.some((name) => found[name] !== foot.data.rows[name])) throw damaged();
      return found;
    }
    const head = tableHead.safeParse(frame.value.value);
    if (!head.success) throw damaged(head.error);
    const { table, columns } = head.data;
    const copying = await sql`copy ${sql(table)} (${sql(columns)}) from stdin`.writable();
    const rows = async function* () {
      for (
        frame = await frames.next();
        !frame.done && frame.value.kind === "rows";
        frame = await frames.next()
      )
        yield frame.value.bytes;
    };
    await pipeline(rows, copying);
    const [counted] = await sql<{ count: number }[]>`select count(*)::float8 as count from ${sql(table)}`;
    found[table] = counted?.count ?? 0;
  }
}

/** Lets new rows go on after the highest number of those that came in. */
async function continueIdentities(sql: TransactionSql): Promise<void> {
  const columns = await sql<{ table: string; column: string }[]>`
    select relname as table, attname as column from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'public'::regnamespace and attidentity <> ''`;
  for (const { table, column } of columns) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, ${column}), greatest(max(${sql(column)}), 1), max(${sql(column)}) is not null)
      from ${sql(table)}`;
  }
}
