import { sql } from "drizzle-orm";
import { type Database, sqlState } from "@/db/client";
import { closedSince } from "@/db/detect/closed";
import type { Flagged } from "@/db/detect/flagged";
import { mayBeFromRange } from "@/db/request-keys";
import { findDistributed } from "@/lib/detection/rules";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatRange, networkOf, parseRange } from "@/lib/ip";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

const FLAGGED_MAX = 10_000;
const CLEAN_DAYS = 30;
const COUNT_TIMEOUT_MS = 5000;
const QUERY_CANCELED = "57014";

/** A range as a target, without what was found about it. */
export const rangeTarget = (range: string, window: TimeRange) => ({
  target: range,
  kind: "range" as const,
  network: range,
  ip: null,
  crawler: "none" as const,
  samples: [],
  window,
});

/** The networks from which several visitors were flagged in a window, each as the narrowest range around them. */
export async function findCrowds(
  db: Database,
  thresholds: Thresholds,
  window: TimeRange,
): Promise<Flagged[]> {
  const visitors = await db.execute<{ key: string; place: string; score: number }>(sql`
    select target as key, coalesce(host(ip), network::text) as place, score
    from suspicious_ips
    where target_kind = 'hash' and is_active and last_detected >= ${window.from.toISOString()}::timestamptz
      and network in (
        select network from suspicious_ips
        where target_kind = 'hash' and is_active and last_detected >= ${window.from.toISOString()}::timestamptz
        group by 1 having count(*) >= ${thresholds.distributedVisitors}
      )
    order by last_detected desc limit ${FLAGGED_MAX}`);
  // First the ranges alone, then with the visitors that a block of each would have hit.
  const ranges = findDistributed(visitors, () => 0, thresholds).map(({ range }) => range);
  const clean = new Map<string, number>();
  for (const range of ranges) {
    const count = await countClean(db, range, window.to);
    if (count !== null) clean.set(range, count);
  }
  return findDistributed(visitors, (range) => clean.get(range) ?? 0, thresholds)
    .filter(({ range }) => clean.has(range))
    .map(({ range, visitors: keys, cleanVisitors, finding }) => ({
      ...rangeTarget(range, window),
      findings: [finding],
      range: { flagged: keys.length, cleanVisitors },
    }));
}

/** Leaves out networks whose case was closed within the window: what they did before opens it no more. */
export async function withoutClosed(
  db: Database,
  flagged: readonly Flagged[],
  window: TimeRange,
): Promise<Flagged[]> {
  const closed = await closedSince(db, flagged, window.from);
  return flagged.filter(({ target }) => !closed.has(target));
}

/** Visitors of a range in 30 days whom no rule has flagged; null where counting takes too long to be worth it. */
async function countClean(db: Database, range: string, until: Date): Promise<number | null> {
  const parsed = parseRange(range);
  if (!parsed) return null;
  const from = new Date(until.getTime() - CLEAN_DAYS * 86_400_000);
  const network = formatRange(networkOf(parsed.ip));
  try {
    return await db.transaction(async (transaction) => {
      await transaction.execute(
        sql`select set_config('statement_timeout', ${String(COUNT_TIMEOUT_MS)}, true)`,
      );
      const [row] = await transaction.execute<{ count: number }>(sql`
        select count(*)::int as count from (
          select distinct ip_hash from request_rows seen
          where ${mayBeFromRange("seen", network)}
            and network = ${network}::cidr and (ip is null or ip <<= ${range}::inet)
            and id >= ${uuidFloor(from)}::uuid and id < ${uuidFloor(until)}::uuid
        ) as visitor
        where not exists (select from suspicious_ips where target = encode(visitor.ip_hash, 'hex'))`);
      return row?.count ?? 0;
    });
  } catch (error) {
    if (sqlState(error) === QUERY_CANCELED) return null;
    throw error;
  }
}
