import { sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { type Cover, inKept, inRequests } from "@/db/overview/cover";
import { SKETCH_OF_REGISTERS, SKETCH_RANK, SKETCH_REGISTER } from "@/db/sketch-sql";
import { countSketch, mergeSketches } from "@/lib/hyperloglog";

export type VisitorCount = { count: number; isApproximate: boolean };

/** Distinct visitors of a window: exact from its requests, or estimated from the sketches of its days and hours. */
export async function countVisitors(db: Querier, cover: Cover): Promise<VisitorCount> {
  if (cover.isExact) {
    const [row] = await db.execute<{ count: number }>(sql`
      select count(*)::int as count
      from (select distinct ip_hash from request_rows where ${inRequests(cover)}) as visitors`);
    return { count: row?.count ?? 0, isApproximate: false };
  }
  const rows = await db.execute<{ sketch: Uint8Array | null }>(sql`
    select visitors as sketch from traffic_rollups where ${inKept(cover, "country")}
    union all
    select (select ${sql.raw(SKETCH_OF_REGISTERS)}) from (
      select ${sql.raw(SKETCH_REGISTER)} as register, max(${sql.raw(SKETCH_RANK)}) as rank
      from (select distinct ip_hash from request_rows where ${inRequests(cover)}) as visitors group by 1
    ) as registers`);
  const count = countSketch(mergeSketches(rows.map((row) => row.sketch)));
  return { count, isApproximate: count > 0 };
}
