import { type SQL, sql } from "drizzle-orm";
import type { Database } from "@/db/client";

/** Rows of one statement: so that no transaction is long and nobody waits for its rows. */
const BATCH = 10_000;

/**
 * Deletes the rows of a table for which a condition holds, a batch after the other in the order of their ids; each row is
 * looked at once. A row that changes meanwhile is asked again. Answers how many are gone.
 */
export async function deleteInBatches(
  db: Database,
  table: "ip_rules" | "audit_logs" | "detection_runs",
  condition: SQL,
  batch = BATCH,
): Promise<number> {
  const rows = sql.identifier(table);
  let deleted = 0;
  let after: number | null = 0;
  while (after !== null) {
    const [page]: { last: number | null; gone: number }[] = await db.execute(sql`
      with page as materialized (
        select id from ${rows} where id > ${after} and (${condition}) order by id limit ${batch}
      ), gone as (
        delete from ${rows} where id in (select id from page) and (${condition}) returning id
      )
      select (select max(id) from page)::float8 as last, (select count(*) from gone)::int as gone`);
    deleted += page?.gone ?? 0;
    after = page?.last ?? null;
  }
  return deleted;
}

/**
 * True of the rows beyond the last so many for which a condition holds: an id to compare with, found once. Nothing is
 * beyond where there are fewer.
 */
export async function beyondLast(
  db: Database,
  table: "ip_rules" | "audit_logs" | "detection_runs",
  condition: SQL,
  max: number,
): Promise<SQL> {
  const [row] = await db.execute<{ id: number }>(sql`
    select id::float8 as id from ${sql.identifier(table)} where ${condition} order by id desc offset ${max} limit 1`);
  return row ? sql`(${condition}) and id <= ${row.id}` : sql`false`;
}
