import { and, desc, eq, gte, inArray, lte, sql } from "drizzle-orm";
import { NATURE_SQL } from "@/db/activity/nature";
import { type Database, type Querier, sqlState } from "@/db/client";
import { coverOfCounts } from "@/db/overview/cover";
import { readTop } from "@/db/overview/top";
import { inSpan } from "@/db/overview/window";
import type { RequestQuery } from "@/db/request-filter-sql";
import { mayBeFromRange } from "@/db/request-keys";
import { findIds } from "@/db/request-search";
import { requestLogs } from "@/db/schema";
import type { Action } from "@/lib/guard/verdict";
import type { PageCursor } from "@/lib/request-filter";
import type { TimeRange } from "@/lib/time-range";
import { timeOfUuid } from "@/lib/uuid-time";

export type { RequestQuery, VisitorSelector } from "@/db/request-filter-sql";
export { countRequests } from "@/db/request-search";

const columns = {
  id: requestLogs.id,
  at: requestLogs.occurredAt,
  method: requestLogs.method,
  host: requestLogs.host,
  path: requestLogs.path,
  status: requestLogs.status,
  durationMs: requestLogs.durationMs,
  verdict: requestLogs.verdict,
  reason: requestLogs.reason,
  policy: requestLogs.policy,
  ruleId: requestLogs.ruleId,
  door: requestLogs.door,
  kind: requestLogs.kind,
  countryCode: requestLogs.countryCode,
  city: requestLogs.city,
  asn: requestLogs.asn,
  ipHash: requestLogs.ipHash,
  ip: requestLogs.ip,
  network: requestLogs.network,
  referrerHost: requestLogs.referrerHost,
  agentName: requestLogs.agentName,
  agentClass: requestLogs.agentClass,
  agentOs: requestLogs.agentOs,
  agentText: requestLogs.userAgent,
};

const rowsOf = (db: Querier) => db.select(columns).from(requestLogs);

export type RequestRow = Awaited<ReturnType<typeof rowsOf>>[number];

export type RequestPage = { rows: RequestRow[]; newer: PageCursor | null; older: PageCursor | null };

/** One page of requests, the newest first. The cursors lead to the pages beside it and are null at the ends. */
export async function listRequests(
  db: Querier,
  query: RequestQuery,
  cursor: PageCursor,
  limit = 50,
): Promise<RequestPage> {
  const backwards = cursor.after !== null;
  const found = await findIds(db, query, cursor, limit + 1);
  const hasMore = found.length > limit;
  const ids = found.slice(0, limit);
  if (backwards) ids.reverse();
  const [first, last] = [ids[0] ?? null, ids.at(-1) ?? null];
  return {
    rows: await readRows(db, ids),
    newer: first && (backwards ? hasMore : cursor.before !== null) ? { after: first, before: null } : null,
    older: last && (backwards || hasMore) ? { before: last, after: null } : null,
  };
}

/** Requests by their ids, which come from the newest to the oldest. */
async function readRows(db: Querier, ids: readonly string[]): Promise<RequestRow[]> {
  const [newest, oldest] = [ids[0], ids.at(-1)];
  if (!newest || !oldest) return [];
  // Of the days between these two alone.
  return rowsOf(db)
    .where(and(gte(requestLogs.id, oldest), lte(requestLogs.id, newest), inArray(requestLogs.id, [...ids])))
    .orderBy(desc(requestLogs.id));
}

/** The request with this id: what the reference of a refusal stands for. */
export async function findRequest(db: Querier, id: string): Promise<RequestRow | null> {
  const [row] = await rowsOf(db).where(eq(requestLogs.id, id)).limit(1);
  return row ?? null;
}

/** The latest requests of a span, the newest first. */
export function latestRequests(db: Querier, span: TimeRange, limit: number): Promise<RequestRow[]> {
  return rowsOf(db).where(inSpan(span)).orderBy(desc(requestLogs.id)).limit(limit);
}

export type SecondCount = { second: number; allowed: number; blocked: number; limited: number };

/** Requests by second (seconds since 1970) and verdict; seconds without a request are left out. */
export async function countBySecond(db: Querier, span: TimeRange): Promise<SecondCount[]> {
  const second = sql<number>`extract(epoch from date_trunc('second', ${requestLogs.occurredAt}))::float8`;
  const of = (action: Action) =>
    sql<number>`(count(*) filter (where ${sql.raw(NATURE_SQL.verdict(action))}))::float8`;
  return db
    .select({ second, allowed: of("allow"), blocked: of("block"), limited: of("limit") })
    .from(requestLogs)
    .where(inSpan(span))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

/** When the last request came in that is on record; null where there is none at all. */
export async function newestRequestAt(db: Querier): Promise<Date | null> {
  const [row] = await db
    .select({ id: requestLogs.id })
    .from(requestLogs)
    .orderBy(desc(requestLogs.id))
    .limit(1);
  return row ? timeOfUuid(row.id) : null;
}

const NEIGHBOURS_MS = 2000;
const QUERY_CANCELED = "57014";

/** Distinct visitors of a network in a span, without the one who is known already; null where that takes over 2 s. */
export async function countNeighbours(
  db: Database,
  network: string,
  exceptHash: string,
  span: TimeRange,
): Promise<number | null> {
  try {
    return await db.transaction(async (transaction) => {
      await transaction.execute(sql`select set_config('statement_timeout', ${String(NEIGHBOURS_MS)}, true)`);
      const [row] = await transaction.execute<{ count: number }>(sql`
        select count(distinct ip_hash)::int as count from request_rows seen
        where ${mayBeFromRange("seen", network)}
          and network = ${network}::cidr and ip_hash <> decode(${exceptHash}, 'hex') and ${inSpan(span)}`);
      return row?.count ?? 0;
    });
  } catch (error) {
    if (sqlState(error) === QUERY_CANCELED) return null;
    throw error;
  }
}

const COUNTRIES_MAX = 300;

/** Countries that requests of this span came from: what a filter can offer. */
export async function listSeenCountries(db: Querier, span: TimeRange): Promise<string[]> {
  const found = await readTop(db, "country", await coverOfCounts(db, span), COUNTRIES_MAX);
  return found
    .map(({ key }) => key)
    .filter((key) => /^[A-Z]{2}$/.test(key))
    .sort();
}
