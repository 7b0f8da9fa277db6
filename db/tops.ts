import type { Database } from "@/db/client";
import { withLock } from "@/db/locks";
import { SKETCH_OF_REGISTERS, SKETCH_RANK, SKETCH_REGISTER } from "@/db/sketch-sql";
import { BUSY_HOUR, countedSql, REFUSED, TOP_KEYS, type TopDimension } from "@/db/tops-sql";
import { uuidFloor } from "@/lib/uuid-time";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Countries of an hour or a day whose visitors are estimated. */
const COUNTRIES_SKETCHED = 12;
/** Hours are kept while a range of seven days may begin within them; beyond, their day tells enough. */
const HOURS_KEPT_MS = 9 * DAY_MS;
/** What comes in later than this after the end of an hour has its tops made again. */
const LATE_MS = 5 * 60_000;
const DAYS_LOOKED_AT = 31;
const BUCKETS_AT_ONCE = 400;
const LONGEST_MS = 10 * 60_000;

/** `country` goes last: by its row it is seen that the others are there. */
const DIMENSIONS: readonly TopDimension[] = ["network", "path", "place", "country"];

type Bucket = { span: "hour" | "day"; at: number; allowed: number; blocked: number; limited: number };

/**
 * Makes the tops of hours and days that are over and have none, or that got more requests since. Answers how many; null
 * where somebody else is at it. It may be repeated: they are made of the requests, as long as those are on record.
 */
export async function foldTops(db: Database, now: Date, retentionDays: number): Promise<number | null> {
  return withLock(db, "fold-tops", async () => {
    const buckets = await findBuckets(db, now, retentionDays);
    for (const bucket of buckets) await fold(db, bucket);
    if (buckets.length > 0) await dropHours(db, now);
    return buckets.length;
  });
}

async function findBuckets(db: Database, now: Date, retentionDays: number): Promise<Bucket[]> {
  const over = (length: number, lateMs: number) =>
    new Date(Math.floor((now.getTime() - lateMs) / length) * length).toISOString();
  const hoursFrom = new Date(now.getTime() - Math.min(HOURS_KEPT_MS, retentionDays * DAY_MS));
  // A day of which a part is pruned already stays as it is.
  const days = Math.min(DAYS_LOOKED_AT, retentionDays) * DAY_MS;
  const daysFrom = new Date(Math.ceil((now.getTime() - days) / DAY_MS) * DAY_MS);
  const rows = await db.$client<Bucket[]>`
    with counted as (
      select 'hour'::rollup_span as span, bucket, allowed, blocked, limited from traffic_rollups
      where dimension = 'total' and bucket >= ${hoursFrom.toISOString()}::timestamptz
        and bucket < ${over(HOUR_MS, LATE_MS)}::timestamptz and allowed + blocked + limited >= ${BUSY_HOUR}
      union all
      select 'day', date_bin('1 day', bucket, timestamptz '2000-01-01 00:00:00+00'), sum(allowed)::int, sum(blocked)::int,
        sum(limited)::int
      from traffic_rollups
      where dimension = 'total' and bucket >= ${daysFrom.toISOString()}::timestamptz
        and bucket < ${over(DAY_MS, HOUR_MS)}::timestamptz
      group by 2
    )
    select counted.span, date_part('epoch', counted.bucket) * 1000 as at, counted.allowed, counted.blocked, counted.limited
    from counted
      left join traffic_rollups made
        on made.dimension = 'country' and made.span = counted.span and made.bucket = counted.bucket
    where (made.allowed, made.blocked, made.limited) is distinct from (counted.allowed, counted.blocked, counted.limited)
    order by 2 desc limit ${BUCKETS_AT_ONCE}`;
  return [...rows];
}

async function fold(db: Database, bucket: Bucket): Promise<void> {
  const { span, at } = bucket;
  const to = at + (span === "hour" ? HOUR_MS : DAY_MS);
  const values = [uuidFloor(new Date(at)), uuidFloor(new Date(to)), new Date(at).toISOString(), span];
  const totals = [bucket.allowed, bucket.blocked, bucket.limited];
  await db.$client.begin(async (sql) => {
    await sql`select set_config('statement_timeout', ${String(LONGEST_MS)}, true)`;
    for (const dimension of DIMENSIONS)
      await sql.unsafe(statementFor(dimension), [...values, ...totals.map(String)]);
  });
}

const WITHIN = "id >= $1::uuid and id < $2::uuid";
const ORDER = "order by requests desc, key";
const inOrder = (column: string) => `array_agg(${column} ${ORDER})`;
const NO_SKETCHES = "null::bytea, null::bytea[]";
const SKETCHES = `
  (select ${SKETCH_OF_REGISTERS} from (select register, max(rank) as rank from registers group by 1) as held),
  (select array_agg(sketch ${ORDER}) from (
    select sketched.key, sketched.requests, (
      select ${SKETCH_OF_REGISTERS} from registers where registers.key = sketched.key
    ) as sketch
    from (select key, requests from top ${ORDER} limit ${COUNTRIES_SKETCHED}) as sketched
  ) as made)`;
const VISITORS = `
  seen as materialized (
    select coalesce(country_code, '') as key, ip_hash, count(*) as requests, count(*) filter (where ${REFUSED}) as refused
    from request_rows where ${WITHIN} group by 1, 2
  ), registers as materialized (
    select key, ${SKETCH_REGISTER} as register, max(${SKETCH_RANK}) as rank from seen group by 1, 2
  ),`;
const COUNTRIES = "select key, sum(requests) as requests, sum(refused) as refused from seen group by 1";

function statementFor(dimension: TopDimension): string {
  const isCountry = dimension === "country";
  return `
    with ${isCountry ? VISITORS : ""} top as (
      ${isCountry ? COUNTRIES : countedSql(dimension, WITHIN)} ${ORDER} limit ${TOP_KEYS[dimension]}
    )
    insert into traffic_rollups (
      bucket, dimension, span, allowed, blocked, limited, keys, requests, refused, visitors, key_visitors
    )
    select $3::timestamptz, '${dimension}', $4::rollup_span, $5::int, $6::int, $7::int,
      ${inOrder("key")}, ${inOrder("requests::int")}, ${inOrder("refused::int")}, ${isCountry ? SKETCHES : NO_SKETCHES}
    from top
    on conflict (dimension, span, bucket) do update set
      allowed = excluded.allowed, blocked = excluded.blocked, limited = excluded.limited, keys = excluded.keys,
      requests = excluded.requests, refused = excluded.refused, visitors = excluded.visitors,
      key_visitors = excluded.key_visitors`;
}

/** Forgets the tops of hours that only their day is asked for by now. */
async function dropHours(db: Database, now: Date): Promise<void> {
  await db.$client`
    delete from traffic_rollups as hour
    where dimension <> 'total' and span = 'hour' and bucket < ${new Date(now.getTime() - HOURS_KEPT_MS).toISOString()}::timestamptz
      and exists (
        select from traffic_rollups as day
        where day.dimension = hour.dimension and day.span = 'day'
          and day.bucket = date_bin('1 day', hour.bucket, timestamptz '2000-01-01 00:00:00+00')
      )`;
}
