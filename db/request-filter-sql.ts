import { and, or, type SQL, sql } from "drizzle-orm";
import { hasMethodCode, kindCode, methodCode, NATURE_SQL } from "@/db/activity/nature";
import type { Querier } from "@/db/client";
import { inSpan } from "@/db/overview/window";
import { keysOf, mayBeFromRange, mayBeSort, mayHaveOwnPath } from "@/db/request-keys";
import { TEXT_KINDS } from "@/db/texts";
import type { Action } from "@/lib/guard/verdict";
import type { Kind, StatusClass } from "@/lib/request-filter";
import type { TimeRange } from "@/lib/time-range";

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

/** The alias that `request_rows` has to have in a question. */
export const SEEN = "seen";
const KEYS = sql.raw(keysOf(SEEN));

/** What a question asks of `request_rows`. */
export type Wanted = {
  /** Decides. */
  condition: SQL | undefined;
  /** Says the same of an index that is not in the order of time, rather too much than too little; undefined where none does. */
  byIndex: SQL | undefined;
};

/** Up to this many paths are looked up one by one; more of them have so many requests that some are soon found. */
const PATHS_MAX = 500;

function ofVisitor(visitor: VisitorSelector): SQL | undefined {
  const { hashPrefix, addressHash, network, addressIn } = visitor;
  return and(
    hashPrefix ? ofHashes(hashPrefix.padEnd(32, "0"), hashPrefix.padEnd(32, "f")) : undefined,
    addressHash ? sql`address_hash = decode(${addressHash}, 'hex')` : undefined,
    network ? sql`network <<= ${network}::cidr` : undefined,
    addressIn ? sql`ip <<= ${addressIn}::inet` : undefined,
  );
}

/** Said of the key of the hash, too, which the index is on: within one first digit it has the order of the hashes. */
function ofHashes(from: string, to: string): SQL {
  const bytes = (hash: string) => sql`decode(${hash}, 'hex')`;
  return from === to
    ? sql`hash_key(ip_hash) = hash_key(${bytes(from)}) and ip_hash = ${bytes(from)}`
    : sql`hash_key(ip_hash) between hash_key(${bytes(from)}) and hash_key(${bytes(to)})
        and ip_hash >= ${bytes(from)} and ip_hash <= ${bytes(to)}`;
}

/** A network by its own numbers, a wider range by that of the /16 or /32 that it lies in, one wider than these not at all. */
function networkByIndex(network: string): SQL | undefined {
  const [address = "", prefix = ""] = network.split("/");
  const [wide, exact] = address.includes(":") ? [32, 48] : [16, 24];
  const length = Number(prefix);
  if (length < wide) return undefined;
  return mayBeFromRange(SEEN, network, length === exact ? "2:3" : "1:1");
}

const likeText = (text: string) => text.replace(/[\\%_]/g, "\\$&");

/** `=/docs` is that path, `/docs` what begins so, and `docs` may stand anywhere in it, in any case. */
function fits(column: SQL, path: string): SQL {
  if (path.startsWith("=")) return sql`${column} = ${path.slice(1)}`;
  if (path.startsWith("/")) return sql`${column} like ${`${likeText(path)}%`}`;
  return sql`${column} ilike ${`%${likeText(path)}%`}`;
}

/** First the texts that fit, of which there are not many, then the requests that name one. */
async function ofPath(db: Querier, path: string, span: TimeRange): Promise<Wanted> {
  const isExact = path.startsWith("=");
  const fitting = sql`
    select id from texts where kind = ${TEXT_KINDS.path} and ${fits(sql`text`, path)}
      ${isExact ? sql`and id = text_id(${TEXT_KINDS.path}::int2, ${path.slice(1)})` : sql``}`;
  const [found] = await db.execute<{ ids: string; count: number; hasOwn: boolean }>(sql`
    select ids::text, cardinality(ids) as count, exists(
      select from request_rows seen where ${sql.raw(mayHaveOwnPath(SEEN))} and path_id is null and ${inSpan(span)}
    ) as "hasOwn"
    from (select array(${fitting} limit ${PATHS_MAX + 1}) as ids) as named`);
  const { ids, count, hasOwn } = found ?? { ids: "{}", count: 0, hasOwn: false };
  // Wrapped, so that Postgres does not ask what it knows of each of many paths in each partition: that takes longer.
  const named =
    count <= PATHS_MAX
      ? sql`coalesce(path_id = any(${ids}::int[]), false)`
      : sql`coalesce(path_id in (${fitting}), false)`;
  const byName = count <= PATHS_MAX ? sql`${KEYS} && ${ids}::int[]` : undefined;
  if (!hasOwn) return { condition: named, byIndex: byName };
  return {
    condition: or(named, sql`path_id is null and ${fits(sql`path`, path)}`),
    byIndex: byName && or(byName, sql.raw(mayHaveOwnPath(SEEN))),
  };
}

function ofStatus(status: StatusClass): SQL {
  const from = Number(status[0]) * 100;
  return sql`status >= ${from} and status < ${from + 100}`;
}

const ofMethod = (method: string): SQL =>
  hasMethodCode(method) ? sql.raw(NATURE_SQL.method(method)) : sql`method = ${method}`;

function sortByIndex({ status, method, kind }: RequestQuery): SQL | undefined {
  if (!status && !method && !kind) return undefined;
  const keys = mayBeSort(SEEN, {
    statusClass: status ? Number(status[0]) : null,
    method: method ? methodCode(method) : null,
    kind: kind ? kindCode(kind) : null,
  });
  return keys === null ? undefined : sql.raw(keys);
}

/** What a query asks of `request_rows`, which has the alias `seen`. */
export async function wantedOf(db: Querier, query: RequestQuery): Promise<Wanted> {
  const { visitor, method, verdict, country, status, kind } = query;
  const path = query.path ? await ofPath(db, query.path, query.span) : null;
  const byOwnIndex = [
    visitor?.hashPrefix ? ofVisitor({ hashPrefix: visitor.hashPrefix }) : undefined,
    verdict && verdict !== "allow" ? sql.raw(NATURE_SQL.verdict(verdict)) : undefined,
  ];
  return {
    condition: and(
      inSpan(query.span),
      visitor ? ofVisitor(visitor) : undefined,
      path?.condition,
      method ? ofMethod(method) : undefined,
      verdict ? sql.raw(NATURE_SQL.verdict(verdict)) : undefined,
      country ? sql`country_code = ${country}` : undefined,
      status ? ofStatus(status) : undefined,
      kind ? sql.raw(NATURE_SQL.kind(kind)) : undefined,
    ),
    byIndex: and(
      ...byOwnIndex,
      visitor?.network ? networkByIndex(visitor.network) : undefined,
      path?.byIndex,
      country ? sql`${KEYS} @> request_keys(null, null, ${country}, null, null, null)` : undefined,
      sortByIndex(query),
    ),
  };
}
