import type { Writable } from "node:stream";
import type { TransactionSql } from "postgres";
import { type BackupFoot, type TableHead, writeJson, writeRows } from "@/db/backup/file";
import type { Database } from "@/db/client";
import { listPartitions } from "@/db/partitions";
import { AppError } from "@/lib/errors";

const ROWS_AT_ONCE = 2000;

/**
 * Writes every row of every table as of one moment, while everything goes on. Ends neither stream nor connection.
 *
 * @param secrets what the rows are worth nothing without, kept in the file
 * @returns the rows of each table
 */
export async function writeBackup(
  db: Database,
  to: Writable,
  secrets: Record<string, string>,
): Promise<BackupFoot["rows"]> {
  const partitions = await listPartitions(db);
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  const days = partitions.map(({ from, to }) => `${dayOf(from)}/${dayOf(to)}`);
  // One moment for all tables: what is written meanwhile is in none of them.
  const foot = await db.$client.begin("isolation level repeatable read read only", async (sql) => {
    await sql`set local idle_in_transaction_session_timeout = 0`;
    const migrations = await appliedHashes(sql);
    const madeAt = new Date().toISOString();
    await writeJson(to, { format: "gatehouse-backup-1", madeAt, migrations, days, secrets });
    const rows: BackupFoot["rows"] = {};
    for (const table of await listTables(sql)) rows[table.table] = await copyTable(sql, table, to);
    return { rows };
  });
  await writeJson(to, foot);
  return foot.rows;
}

async function appliedHashes(sql: TransactionSql): Promise<string[]> {
  const [found] = await sql<{ there: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!found?.there)
    throw new AppError("not-found", "The database holds no Gatehouse: there is nothing to back up.");
  const rows = await sql<
    { hash: string }[]
  >`select hash from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash }) => hash);
}

/** The tables and their columns that hold something; those that others refer to come first. */
async function listTables(sql: TransactionSql): Promise<TableHead[]> {
  const tables = await sql<(TableHead & { refersTo: string[] })[]>`
    select relname as table,
      array(
        select attname::text from pg_attribute
        where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
      ) as columns,
      array(
        select distinct confrelid::regclass::text from pg_constraint
        where conrelid = class.oid and contype = 'f' and confrelid <> class.oid
      ) as "refersTo"
    from pg_class class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    order by relname`;
  const ordered: TableHead[] = [];
  const waiting = [...tables];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ refersTo }) => !waiting.some((other) => refersTo.includes(other.table)));
    const [next] = waiting.splice(Math.max(at, 0), 1);
    if (next) ordered.push({ table: next.table, columns: next.columns });
  }
  return ordered;
}

async function copyTable(sql: TransactionSql, head: TableHead, to: Writable): Promise<number> {
  await writeJson(to, head);
  const { table, columns } = head;
  let count = 0;
  // Not by `copy … to stdout`: the driver (postgres 3.4.9) may leave its socket paused at the end of one.
  for await (const rows of sql`select ${sql(columns)} from ${sql(table)}`.raw().cursor(ROWS_AT_ONCE)) {
    count += rows.length;
    await writeRows(to, Buffer.from(rows.map(copyLine).join(""), "latin1"));
  }
  return count;
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A row as `copy … from stdin` reads it. A character here is a byte: what is escaped is ASCII, all else stays. */
function copyLine(row: readonly (Uint8Array | null)[]): string {
  const fields = row.map((value) => {
    if (value === null) return "\\N";
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
    return text.replace(/[\\\n\r\t]/g, (character: string) => ESCAPES[character] as string);
  });
  return `${fields.join("\t")}\n`;
}
