import type { ISql } from "postgres";
import type { RecordRow } from "@/db/record-rows";

const HOUR_MS = 3_600_000;

/** Adds rows that were really inserted to the counts of their hours. Runs in the transaction that inserted them. */
export async function addToRollups(sql: ISql, rows: readonly RecordRow[]): Promise<void> {
  const hours = new Map<number, { allow: number; block: number; limit: number }>();
  for (const row of rows) {
    const hour = Math.floor(row.at / HOUR_MS) * HOUR_MS;
    const counts = hours.get(hour) ?? { allow: 0, block: 0, limit: 0 };
    counts[row.event.verdict]++;
    hours.set(hour, counts);
  }
  // In the order of the hours: two drains must not wait for each other in a circle.
  const counted = [...hours].sort(([one], [other]) => one - other);
  await sql`
    insert into traffic_rollups as stored (bucket, dimension, span, allowed, blocked, limited)
    select to_timestamp(bucket / 1000), 'total', 'hour', allowed, blocked, limited
    from unnest(
      ${counted.map(([hour]) => hour)}::float8[],
      ${counted.map(([, { allow }]) => allow)}::int[],
      ${counted.map(([, { block }]) => block)}::int[],
      ${counted.map(([, { limit }]) => limit)}::int[]
    ) as added (bucket, allowed, blocked, limited)
    on conflict (dimension, span, bucket) do update set
      allowed = stored.allowed + excluded.allowed,
      blocked = stored.blocked + excluded.blocked,
      limited = stored.limited + excluded.limited`;
}
