import { sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { hourFloor, inSpan, instant, type Window } from "@/db/overview/window";
import { countSketch, mergeSketches } from "@/lib/hyperloglog";
import type { TimeRange } from "@/lib/time-range";

/** Up to this many requests are counted one by one; beyond, the counts by hour are read. */
export const EXACT_ROWS_MAX = 250_000;

export type VisitorCount = { count: number; isApproximate: boolean };

/** Whether the requests of a span are few enough to be read one by one, and are all still on record. */
export async function isExact(db: Querier, span: Window, requests: number): Promise<boolean> {
  // Counts by hour cannot stand in for a window of minutes.
  if (span.stepSeconds < 3600) return true;
  if (requests > EXACT_ROWS_MAX) return false;
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from request_logs where ${inSpan(span)} limit ${EXACT_ROWS_MAX + 1}
    ) as found`);
  const count = row?.count ?? 0;
  return count <= EXACT_ROWS_MAX && count >= requests;
}

/** Distinct visitors of a span: exact from the requests, or estimated from the sketches of its hours. */
export async function countVisitors(db: Querier, span: TimeRange, exact: boolean): Promise<VisitorCount> {
  if (exact) {
    const [row] = await db.execute<{ count: number }>(sql`
      select count(*)::int as count
      from (select distinct ip_hash from request_logs where ${inSpan(span)}) as visitors`);
    return { count: row?.count ?? 0, isApproximate: false };
  }
  const rows = await db.execute<{ sketch: string }>(sql`
    select encode(visitors, 'hex') as sketch from traffic_rollups
    where dimension = 'total' and bucket >= ${instant(hourFloor(span.from))} and bucket < ${instant(span.to)}
      and visitors is not null`);
  return { count: countSketch(mergeSketches(rows.map((row) => row.sketch))), isApproximate: rows.length > 0 };
}
