import type { Database } from "@/db/client";
import { ensurePartitions } from "@/db/partitions";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import type { TimeRange } from "@/lib/time-range";

/** Distinct addresses that rows are drawn from, for each hundred rows. */
const ADDRESSES_PER_HUNDRED = 5;
const PATHS = 5000;
const AGENTS = 400;

export type MadeTraffic = {
  rows: number;
  window: TimeRange;
  /** One address in so many looks for weaknesses. */
  oneProberIn: number;
};

/**
 * Fills `request_logs` with made-up traffic of a window, in SQL, so that ten millions take a minute. Addresses and paths
 * follow Zipf's law (the rank is `n ^ random()`, of which each has a share like 1/rank), the rows lie in the order of
 * their times, as a drain writes them.
 */
export async function generateRequests(
  db: Database,
  { rows, window, oneProberIn }: MadeTraffic,
): Promise<void> {
  await ensurePartitions(db, window.to, [window.from, window.to]);
  const from = window.from.getTime();
  const length = window.to.getTime() - from;
  const addresses = Math.ceil((rows * ADDRESSES_PER_HUNDRED) / 100);
  await db.$client`
    insert into request_logs (
      id, occurred_at, user_agent_id, verdict, reason, door, kind, status, ip_hash, network, method, host, path,
      country_code, latitude, longitude, duration_ms, signals, nature,
      path_bit, agent_bit
    )
    select
      (overlay(lpad(to_hex(at), 12, '0') placing '-' from 9 for 0) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-'
        || lpad(to_hex(n), 12, '0'))::uuid,
      to_timestamp(at / 1000.0), agent, 'allow', 'default', 'node',
      (case when n % 10 < 3 then 'asset' when n % 10 = 3 then 'prefetch' else 'page' end)::request_kind,
      case when is_probe then 404 when n % 50 = 0 then 404 when n % 20 = 0 then 304 else 200 end,
      decode(md5(address::text), 'hex'),
      set_masklen(('203.' || (address / 256 % 256) || '.' || (address % 256) || '.0')::inet, 24)::cidr,
      'GET', 'shop.example', '/' || (case when is_probe then 'old/' else 'products/' end) || path, 'DE', 52.5, 13.4, 12,
      case
        when is_probe and n % 4 = 0 then ${SIGNAL_BITS["sensitive-file"]}::int
        when is_probe and n % 16 = 1 then ${SIGNAL_BITS.traversal}::int
        when n % 10 < 3 then ${SIGNAL_BITS.asset}::int
        else 0
      end,
      (case when n % 10 < 4 then 0 when is_probe or n % 50 = 0 then 129 else 257 end)
        | (case when is_probe and (n % 10 > 3 or n % 4 = 0 or n % 16 = 1) or n % 50 = 0 and n % 10 > 3 then 512 else 0 end)
        | ((case when is_probe or n % 50 = 0 then 5 else 1 end) << 4),
      case when n % 10 > 3 then hashint4(path) & 63 end, hashint4(agent) & 63
    from (
      select n, address, path, address % ${oneProberIn}::int = 7 as is_probe, 1 + address % ${AGENTS}::int as agent,
        (${from}::float8 + ${length}::float8 * (n - random()) / ${rows}::float8)::bigint as at
      from (
        select n, floor(${addresses}::float8 ^ random())::int as address, floor(${PATHS}::float8 ^ random())::int as path
        from generate_series(1, ${rows}::int) as n
      ) as drawn
    ) as timed`;
  await db.$client`vacuum analyze request_logs`;
}
