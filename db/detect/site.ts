import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import type { SuspicionFinding } from "@/db/suspicion-details";
import { findTrafficSpike, type HourTraffic } from "@/lib/detection/rules";
import type { Thresholds } from "@/lib/detection/thresholds";

const HOUR_MS = 3_600_000;
const WEEKS = 4;

/** Whether the last hour of a window stands out against the same hours of four weeks; from the counts by hour. */
export async function findSiteSpike(
  db: Database,
  thresholds: Thresholds,
  until: Date,
): Promise<SuspicionFinding[]> {
  const hour = Math.floor((until.getTime() - 1) / HOUR_MS) * HOUR_MS;
  const from = new Date(hour - WEEKS * 168 * HOUR_MS).toISOString();
  // Hours without a request count as zero from the first one on that is on record.
  const rows = await db.execute<HourTraffic>(sql`
    with hours as (
      select bucket, sum(allowed + blocked + limited)::float8 as requests from traffic_rollups
      where dimension = 'total' and bucket >= ${from}::timestamptz and bucket <= ${new Date(hour).toISOString()}::timestamptz
      group by 1
    )
    select date_part('epoch', at) * 1000 as at, coalesce(requests, 0) as requests
    from generate_series((select min(bucket) from hours), ${new Date(hour).toISOString()}::timestamptz, interval '1 hour') as at
      left join hours on bucket = at`);
  const now = rows.find(({ at }) => at === hour);
  if (!now) return [];
  const finding = findTrafficSpike(
    now,
    rows.filter(({ at }) => at < hour),
    thresholds,
  );
  return finding ? [{ ...finding, at: until.toISOString() }] : [];
}
