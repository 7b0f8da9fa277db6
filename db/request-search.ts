import { type SQL, sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { inSpan } from "@/db/overview/window";
import { type RequestQuery, SEEN, wantedOf } from "@/db/request-filter-sql";
import { byTime } from "@/db/visitor-index";
import type { PageCursor } from "@/lib/request-filter";

/** Requests that are looked at one by one in the order of time, before an index is asked that has another order. */
const LOOKED_AT = 10_000;
const ROWS = sql.raw(`request_rows ${SEEN}`);

/**
 * The ids of the requests next to a cursor that fit, in the order in which they are met from there. What is frequent is
 * soon found among its neighbours in time; what is not is few, and all of it is sorted. Which of the two it is Postgres
 * would guess, and where it guesses wrong reads a month.
 */
export async function findIds(
  db: Querier,
  query: RequestQuery,
  cursor: PageCursor,
  limit: number,
): Promise<string[]> {
  const { condition, byIndex } = await wantedOf(db, query);
  const order = cursor.after !== null ? "asc" : "desc";
  const beside = besideOf(cursor);
  const inTime = sql.raw(`order by id ${order}`);
  if (!byIndex)
    return idsOf(db, sql`select id from ${ROWS} where ${condition} and ${beside} ${inTime} limit ${limit}`);
  const near = await idsOf(
    db,
    sql`
      select id from (
        select * from ${ROWS} where ${inSpan(query.span)} and ${beside} ${inTime} limit ${LOOKED_AT}
      ) as ${sql.raw(SEEN)} where ${condition} ${inTime} limit ${limit}`,
  );
  if (near.length === limit) return near;
  return idsOf(
    db,
    sql`
      select id from ${ROWS} where ${condition} and ${byIndex} and ${beside}
      ${sql.raw(byTime("id", order))} limit ${limit}`,
  );
}

function besideOf({ after, before }: PageCursor): SQL {
  if (after !== null) return sql`id > ${after}::uuid`;
  return before !== null ? sql`id < ${before}::uuid` : sql`true`;
}

async function idsOf(db: Querier, statement: SQL): Promise<string[]> {
  return (await db.execute<{ id: string }>(statement)).map(({ id }) => id);
}

/** How many requests fit, counted up to `max`. */
export async function countRequests(db: Querier, query: RequestQuery, max = 10_000): Promise<number> {
  const { condition, byIndex } = await wantedOf(db, query);
  const fits = byIndex ? sql`${condition} and ${byIndex}` : condition;
  // Apart, so that Postgres plans for all of them, and stops at the last all the same: it would expect to meet a few soon.
  const [row] = await db.execute<{ count: number }>(sql`
    with fitting as ${sql.raw(byIndex ? "materialized" : "not materialized")} (select from ${ROWS} where ${fits})
    select count(*)::int as count from (select from fitting limit ${max}) as counted`);
  return row?.count ?? 0;
}
