import {
  ADDRESSES_PER_NETWORK,
  AGENTS,
  ASSETS_IN_TEN,
  addressesOf,
  CITIES_PER_COUNTRY,
  COUNTRIES,
  DURATION_MIN_MS,
  DURATION_SPREAD_MS,
  hoursOf,
  ONE_BLOCKED_IN,
  ONE_BROKEN_IN,
  ONE_IPV6_IN,
  ONE_LIMITED_IN,
  ONE_MISSING_IN,
  ONE_POSTED_IN,
  PATHS,
  REFERRED_IN_FIVE,
  REFERRERS,
} from "@/bench/traffic-shape";
import type { Database } from "@/db/client";
import { ensurePartitions } from "@/db/partitions";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import type { TimeRange } from "@/lib/time-range";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export type MadeTraffic = {
  rows: number;
  window: TimeRange;
  /** One address in so many looks for weaknesses. */
  oneProberIn: number;
  /** Whether the guard blocked and limited some of it. */
  withRefusals?: boolean;
};

/**
 * Fills `request_rows`, `texts` and the hourly totals of `traffic_rollups` with made-up traffic of a window, in SQL, so
 * that ten millions take a few minutes. Addresses and paths follow Zipf's law (the rank is `n ^ random()`, of which each
 * has a share like 1/rank), the rows lie in the order of their times, as a drain writes them.
 */
export async function generateRequests(db: Database, traffic: MadeTraffic): Promise<void> {
  const { rows, window } = traffic;
  const hours = hoursOf(window.from.getTime(), window.to.getTime(), rows);
  await db.$client`
    insert into traffic_rollups (bucket, dimension, allowed)
    select to_timestamp(at / 1000), 'total', requests from ${hoursAs(db, hours)}
    on conflict (dimension, span, bucket) do update set allowed = traffic_rollups.allowed + excluded.allowed`;
  for (let at = window.from.getTime(); at < window.to.getTime(); at += DAY_MS)
    await ensurePartitions(db, new Date(at), [new Date(at)]);
  await ensurePartitions(db, window.to, [window.to]);
  await makeTexts(db);
  const indexes = await dropIndexes(db);
  // By the day, so that what a statement holds in memory does not grow with the rows.
  for (let at = 0; at < hours.length; at += 24) await makeRows(db, hours.slice(at, at + 24), traffic);
  // Made of all rows at once, which is several times as fast.
  for (const statement of indexes) await db.$client.unsafe(statement);
  await countVerdicts(db, window);
  await db.$client`vacuum analyze request_rows`;
  await db.$client`vacuum analyze texts`;
}

/** Drops what indexes there are beside the key, and answers the statements that make them again. */
async function dropIndexes(db: Database): Promise<string[]> {
  const rows = await db.$client<{ name: string; statement: string }[]>`
    select relname as name, pg_get_indexdef(indexrelid) as statement from pg_index join pg_class on oid = indexrelid
    where indrelid = 'request_rows'::regclass and not indisprimary`;
  for (const { name } of rows) await db.$client`drop index ${db.$client(name)}`;
  return rows.map(({ statement }) => statement.replace(" ON ONLY ", " ON "));
}

type Hour = { at: number; requests: number };

const hoursAs = (db: Database, hours: readonly Hour[]) => db.$client`
  unnest(${hours.map(({ at }) => at)}::float8[], ${hours.map(({ requests }) => requests)}::int[]) as hour (at, requests)`;

/** The texts that rows name: paths of a shop and of a prober, agents, sites, cities. */
async function makeTexts(db: Database): Promise<void> {
  await db.$client`
    insert into texts (id, kind, text, class, name)
    select text_id(kind, text), kind, text, case when kind = 1 then 'browser'::user_agent_class end, case when kind = 1 then text end
    from (
      select 1::int2 as kind, 'Browser/' || n as text from generate_series(1, ${AGENTS}::int) as n
      union all select 2::int2, '/products/' || n from generate_series(0, ${PATHS}::int) as n
      union all select 2::int2, '/old/' || n from generate_series(0, ${PATHS}::int) as n
      union all select 3::int2, 'site-' || n || '.example' from generate_series(0, ${REFERRERS}::int) as n
      union all select 4::int2, country || '|City ' || n || '|' || round((n * 4.1)::numeric, 2) || '|' || round((n * 7.3)::numeric, 2)
        from unnest(${Object.keys(COUNTRIES)}::text[]) as country, generate_series(0, ${CITIES_PER_COUNTRY}::int) as n
    ) as made on conflict do nothing`;
}

async function makeRows(
  db: Database,
  hours: readonly Hour[],
  { rows, window, oneProberIn, withRefusals = false }: MadeTraffic,
): Promise<void> {
  const addresses = addressesOf(rows);
  // Busy visitors are seldom neighbours.
  const networks = Math.ceil(addresses / ADDRESSES_PER_NETWORK);
  const countries = Object.entries(COUNTRIES).flatMap(([code, share]) => Array<string>(share).fill(code));
  await db.$client`
    insert into request_rows (
      id, nature, agent_bit, ip_hash, path_bit, signals, user_agent_id, path_id, place_id, host_id, referrer_id,
      duration_ms, status, country_code, network, address_hash
    )
    select
      (overlay(lpad(to_hex(at), 12, '0') placing '-' from 9 for 0) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-'
        || lpad(to_hex(n), 12, '0'))::uuid,
      (case when not is_page then 0 when failed then 129 else 257 end)
        | (case when verdict > 0 or is_probe and (is_page or n % 4 = 0 or n % 16 = 1) or failed and is_page then 512 else 0 end)
        | ((case when verdict > 0 then 0 when failed then 5 else 1 end) << 4) | verdict
        | ((case verdict when 4 then 4 when 8 then 7 else 0 end) << 11) | (1 << 15)
        | ((case when is_asset then 4 when not is_page then 3 else 0 end) << 17)
        | ((case when n % ${ONE_POSTED_IN}::int = 4 then 2 else 1 end) << 20),
      hashint4(agent) & 63, hash, case when is_page then hashint4(path) & 63 end,
      case
        when is_probe and n % 4 = 0 then ${SIGNAL_BITS["sensitive-file"]}::int
        when is_probe and n % 16 = 1 then ${SIGNAL_BITS.traversal}::int
        when is_asset then ${SIGNAL_BITS.asset}::int
      end,
      text_id(1::int2, 'Browser/' || agent),
      text_id(2::int2, (case when is_probe then '/old/' else '/products/' end) || path),
      text_id(4::int2, country || '|City ' || city || '|' || round((city * 4.1)::numeric, 2) || '|' || round((city * 7.3)::numeric, 2)),
      text_id(3::int2, 'site-0.example'),
      case when n % 5 < ${REFERRED_IN_FIVE}::int then text_id(3::int2, 'site-' || (1 + n % ${REFERRERS}::int) || '.example') end,
      ${DURATION_MIN_MS}::int + n % ${DURATION_SPREAD_MS}::int,
      case when verdict = 4 then 403 when verdict = 8 then 429 when failed then 404 when n % ${ONE_BROKEN_IN}::int = 5 then 500
        when n % 20 = 0 then 304 else 200 end,
      country, network, case when family(network) = 6 then decode(md5(address || '/' || n % 3), 'hex') end
    from (
      select *, is_probe or n % ${ONE_MISSING_IN}::int = 0 as failed, n % 10 < ${ASSETS_IN_TEN}::int as is_asset,
        -- And one request in ten is for a page that is fetched ahead.
        n % 10 > ${ASSETS_IN_TEN}::int as is_page,
        (${countries}::text[])[1 + abs(hashint4(address) % 1000)] as country,
        abs(hashint4(address) / 1000 % ${CITIES_PER_COUNTRY}::int) as city,
        case when not ${withRefusals} then 0 when n % ${ONE_BLOCKED_IN}::int = 1 then 4 when n % ${ONE_LIMITED_IN}::int = 2 then 8 else 0 end as verdict,
        decode(md5(address::text), 'hex') as hash,
        case when address % ${ONE_IPV6_IN}::int = 1
          then set_masklen(('2001:db8:' || to_hex(block % 65536) || '::')::inet, 48)::cidr
          else set_masklen(('203.' || (block / 256 % 256) || '.' || (block % 256) || '.0')::inet, 24)::cidr end as network
      from (
        select n, address, path, address % ${networks}::int as block, 1 + address % ${AGENTS}::int as agent,
          address % ${oneProberIn}::int = 7 as is_probe,
          (hour.at + least(${HOUR_MS}::float8, ${window.to.getTime()}::float8 - hour.at) * (n - random()) / hour.requests)::bigint as at
        from ${hoursAs(db, hours)} cross join lateral (
          select n, floor(${addresses}::float8 ^ random())::int as address, floor(${PATHS}::float8 ^ random())::int as path
          from generate_series(1, hour.requests) as n
        ) as drawn
      ) as timed
    ) as made`;
}

/** Brings the hourly totals in line with the rows. */
async function countVerdicts(db: Database, window: TimeRange): Promise<void> {
  await db.$client`
    update traffic_rollups as hour set allowed = allowed - seen.blocked - seen.limited, blocked = seen.blocked, limited = seen.limited
    from (
      select date_trunc('hour', request_time(id), 'UTC') as bucket, count(*) filter (where nature & 4 <> 0)::int as blocked,
        count(*) filter (where nature & 8 <> 0)::int as limited
      from request_rows where nature & 512 = 512 and (nature & 12) in (4, 8) group by 1
    ) as seen
    where hour.dimension = 'total' and hour.bucket = seen.bucket and hour.bucket >= ${window.from.toISOString()}::timestamptz
      and hour.blocked + hour.limited = 0`;
}
