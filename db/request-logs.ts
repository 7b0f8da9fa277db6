import { and, asc, desc, eq, gt, gte, ilike, lt, lte, type SQL, sql } from "drizzle-orm";
import { type Database, type Querier, sqlState } from "@/db/client";
import { requestLogs, userAgents } from "@/db/schema";
import type { Action } from "@/lib/guard/verdict";
import type { Kind, PageCursor, StatusClass } from "@/lib/request-filter";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

/** Which visitors a question is about; all fields must fit. */
export type VisitorSelector = {
  /** The first 1 to 32 hex digits of the visitor's hash. */
  hashPrefix?: string;
  /** A range that the visitor's stored network (/24, /48) lies in. */
  network?: string;
  /** The single address within an IPv6 visitor's /64. */
  addressHash?: string;
  /** A range that the stored address lies in: where addresses are stored in clear. */
  addressIn?: string;
};

export type RequestQuery = {
  span: TimeRange;
  visitor: VisitorSelector | null;
  path: string;
  method: string | null;
  verdict: Action | null;
  country: string | null;
  status: StatusClass | null;
  kind?: Kind | null;
};

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
  agentName: userAgents.name,
  agentClass: userAgents.class,
  agentOs: userAgents.os,
  agentText: sql<string | null>`coalesce(${userAgents.userAgent}, ${requestLogs.userAgent})`,
};

const rowsOf = (db: Querier) =>
  db.select(columns).from(requestLogs).leftJoin(userAgents, eq(userAgents.id, requestLogs.userAgentId));

export type RequestRow = Awaited<ReturnType<typeof rowsOf>>[number];

const likeText = (text: string) => text.replace(/[\\%_]/g, "\\$&");

/** A half-open span of time as bounds of the key, so that only its days are read. */
export function within(span: TimeRange): SQL | undefined {
  return and(gte(requestLogs.id, uuidFloor(span.from)), lt(requestLogs.id, uuidFloor(span.to)));
}

function ofVisitor(visitor: VisitorSelector): SQL | undefined {
  const { hashPrefix, addressHash, network, addressIn } = visitor;
  return and(
    hashPrefix
      ? and(
          gte(requestLogs.ipHash, hashPrefix.padEnd(32, "0")),
          lte(requestLogs.ipHash, hashPrefix.padEnd(32, "f")),
        )
      : undefined,
    addressHash ? eq(requestLogs.addressHash, addressHash) : undefined,
    network ? sql`${requestLogs.network} <<= ${network}::cidr` : undefined,
    addressIn ? sql`${requestLogs.ip} <<= ${addressIn}::inet` : undefined,
  );
}

/** `=/docs` is that path, `/docs` what begins so, and `docs` may stand anywhere in it, in any case. */
function ofPath(path: string): SQL | undefined {
  if (!path) return undefined;
  if (path.startsWith("=")) return eq(requestLogs.path, path.slice(1));
  if (path.startsWith("/")) return sql`${requestLogs.path} like ${`${likeText(path)}%`}`;
  return ilike(requestLogs.path, `%${likeText(path)}%`);
}

function ofStatus(status: StatusClass): SQL | undefined {
  const from = Number(status[0]) * 100;
  return and(gte(requestLogs.status, from), lt(requestLogs.status, from + 100));
}

function whereOf(query: RequestQuery): SQL | undefined {
  return and(
    within(query.span),
    query.visitor ? ofVisitor(query.visitor) : undefined,
    ofPath(query.path),
    query.method ? eq(requestLogs.method, query.method) : undefined,
    query.verdict ? eq(requestLogs.verdict, query.verdict) : undefined,
    query.country ? eq(requestLogs.countryCode, query.country) : undefined,
    query.status ? ofStatus(query.status) : undefined,
    query.kind ? eq(requestLogs.kind, query.kind) : undefined,
  );
}

export type RequestPage = { rows: RequestRow[]; newer: PageCursor | null; older: PageCursor | null };

/** One page of requests, the newest first. The cursors lead to the pages beside it and are null at the ends. */
export async function listRequests(
  db: Querier,
  query: RequestQuery,
  cursor: PageCursor,
  limit = 50,
): Promise<RequestPage> {
  const backwards = cursor.after !== null;
  const edge = backwards
    ? gt(requestLogs.id, cursor.after as string)
    : cursor.before
      ? lt(requestLogs.id, cursor.before)
      : undefined;
  const order = backwards ? asc(requestLogs.id) : desc(requestLogs.id);
  const found = await rowsOf(db)
    .where(and(whereOf(query), edge))
    .orderBy(order)
    .limit(limit + 1);
  const hasMore = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  const first = rows[0]?.id ?? null;
  const last = rows.at(-1)?.id ?? null;
  return {
    rows,
    newer: first && (backwards ? hasMore : cursor.before !== null) ? { after: first, before: null } : null,
    older: last && (backwards || hasMore) ? { before: last, after: null } : null,
  };
}

/** How many requests fit, counted up to `max`. */
export async function countRequests(db: Querier, query: RequestQuery, max = 10_000): Promise<number> {
  const found = db.select({ one: sql`1` }).from(requestLogs).where(whereOf(query)).limit(max).as("found");
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(found);
  return row?.count ?? 0;
}

/** The request with this id: what the reference of a refusal stands for. */
export async function findRequest(db: Querier, id: string): Promise<RequestRow | null> {
  const [row] = await rowsOf(db).where(eq(requestLogs.id, id)).limit(1);
  return row ?? null;
}

/** The latest requests of a span, the newest first. */
export function latestRequests(db: Querier, span: TimeRange, limit: number): Promise<RequestRow[]> {
  return rowsOf(db).where(within(span)).orderBy(desc(requestLogs.id)).limit(limit);
}

export type SecondCount = { second: number; allowed: number; blocked: number; limited: number };

/** Requests by second (seconds since 1970) and verdict; seconds without a request are left out. */
export async function countBySecond(db: Querier, span: TimeRange): Promise<SecondCount[]> {
  const second = sql<number>`extract(epoch from date_trunc('second', ${requestLogs.occurredAt}))::float8`;
  const of = (action: Action) =>
    sql<number>`(count(*) filter (where ${requestLogs.verdict} = ${action}))::float8`;
  return db
    .select({ second, allowed: of("allow"), blocked: of("block"), limited: of("limit") })
    .from(requestLogs)
    .where(within(span))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

/** When the last request came in that is on record; null where there is none at all. */
export async function newestRequestAt(db: Querier): Promise<Date | null> {
  const [row] = await db
    .select({ at: requestLogs.occurredAt })
    .from(requestLogs)
    .orderBy(desc(requestLogs.id))
    .limit(1);
  return row?.at ?? null;
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
      const [row] = await transaction
        .select({ count: sql<number>`count(distinct ${requestLogs.ipHash})::int` })
        .from(requestLogs)
        .where(
          and(
            within(span),
            sql`${requestLogs.network} = ${network}::cidr`,
            sql`${requestLogs.ipHash} <> decode(${exceptHash}, 'hex')`,
          ),
        );
      return row?.count ?? 0;
    });
  } catch (error) {
    if (sqlState(error) === QUERY_CANCELED) return null;
    throw error;
  }
}

/** Countries that requests of this span came from: what a filter can offer. */
export async function listSeenCountries(db: Querier, span: TimeRange): Promise<string[]> {
  const rows = await db.execute<{ key: string }>(sql`
    select distinct key from traffic_rollups
    where dimension = 'country' and bucket >= ${span.from.toISOString()}::timestamptz
      and bucket < ${span.to.toISOString()}::timestamptz and key ~ '^[A-Z]{2}$'
    order by key limit 300`);
  return rows.map((row) => row.key);
}
