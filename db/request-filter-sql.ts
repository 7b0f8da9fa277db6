import { and, eq, gte, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { hasMethodCode, NATURE_SQL } from "@/db/activity/nature";
import type { Querier } from "@/db/client";
import { inSpan } from "@/db/overview/window";
import { requestLogs } from "@/db/schema";
import { TEXT_KINDS } from "@/db/texts";
import type { Action } from "@/lib/guard/verdict";
import type { Kind, StatusClass } from "@/lib/request-filter";
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

/** A half-open span of time as bounds of the key, so that only its days are read. */
export function within(span: TimeRange): SQL | undefined {
  return and(gte(requestLogs.id, uuidFloor(span.from)), lt(requestLogs.id, uuidFloor(span.to)));
}

function ofVisitor(visitor: VisitorSelector): SQL | undefined {
  const { hashPrefix, addressHash, network, addressIn } = visitor;
  return and(
    hashPrefix ? ofHashes(hashPrefix.padEnd(32, "0"), hashPrefix.padEnd(32, "f")) : undefined,
    addressHash ? eq(requestLogs.addressHash, addressHash) : undefined,
    network ? sql`${requestLogs.network} <<= ${network}::cidr` : undefined,
    addressIn ? sql`${requestLogs.ip} <<= ${addressIn}::inet` : undefined,
  );
}

/** Said of the key of the hash, too, which the index is on: within one first digit it has the order of the hashes. */
function ofHashes(from: string, to: string): SQL | undefined {
  const key = sql`hash_key(${requestLogs.ipHash})`;
  const keyOf = (hash: string) => sql`hash_key(decode(${hash}, 'hex'))`;
  return from === to
    ? and(eq(key, keyOf(from)), eq(requestLogs.ipHash, from))
    : and(
        sql`${key} between ${keyOf(from)} and ${keyOf(to)}`,
        gte(requestLogs.ipHash, from),
        lte(requestLogs.ipHash, to),
      );
}

const likeText = (text: string) => text.replace(/[\\%_]/g, "\\$&");

/** `=/docs` is that path, `/docs` what begins so, and `docs` may stand anywhere in it, in any case. */
function fits(column: SQL, path: string): SQL {
  if (path.startsWith("=")) return sql`${column} = ${path.slice(1)}`;
  if (path.startsWith("/")) return sql`${column} like ${`${likeText(path)}%`}`;
  return sql`${column} ilike ${`%${likeText(path)}%`}`;
}

/** First the texts that fit, of which there are not many, then the requests that name one. */
async function ofPath(db: Querier, path: string, span: TimeRange): Promise<SQL | undefined> {
  if (!path) return undefined;
  const isExact = path.startsWith("=");
  const [found] = await db.execute<{ ids: string; hasOwn: boolean }>(sql`
    select array(
      select id from texts where kind = ${TEXT_KINDS.path} and ${fits(sql`text`, path)}
        ${isExact ? sql`and id = text_id(${TEXT_KINDS.path}::int2, ${path.slice(1)})` : sql``}
    )::text as ids, exists(
      select from request_rows where path_id is null and ${inSpan(span)}
    ) as "hasOwn"`);
  const named = sql`${requestLogs.pathId} = any(${found?.ids ?? "{}"}::int[])`;
  if (!found?.hasOwn) return named;
  return or(named, and(isNull(requestLogs.pathId), fits(sql`${requestLogs.path}`, path)));
}

function ofStatus(status: StatusClass): SQL | undefined {
  const from = Number(status[0]) * 100;
  return and(gte(requestLogs.status, from), lt(requestLogs.status, from + 100));
}

const ofMethod = (method: string): SQL =>
  hasMethodCode(method) ? sql.raw(NATURE_SQL.method(method)) : eq(requestLogs.method, method);

/** The condition of `request_logs` for what a query asks for. */
export async function whereOf(db: Querier, query: RequestQuery): Promise<SQL | undefined> {
  return and(
    within(query.span),
    query.visitor ? ofVisitor(query.visitor) : undefined,
    await ofPath(db, query.path, query.span),
    query.method ? ofMethod(query.method) : undefined,
    query.verdict ? sql.raw(NATURE_SQL.verdict(query.verdict)) : undefined,
    query.country ? eq(requestLogs.countryCode, query.country) : undefined,
    query.status ? ofStatus(query.status) : undefined,
    query.kind ? sql.raw(NATURE_SQL.kind(query.kind)) : undefined,
  );
}
