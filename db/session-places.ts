import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { mayBeFrom } from "@/db/request-keys";
import { byTime } from "@/db/visitor-index";
import { uuidFloor } from "@/lib/uuid-time";

export type NetworkPlace = { countryCode: string | null; city: string | null };

/** Where requests of these networks came from last, as the drain found it: one look-up in an index for each. */
export async function placesOf(
  db: Database,
  networks: readonly string[],
  since: Date,
): Promise<Map<string, NetworkPlace>> {
  if (networks.length === 0) return new Map();
  const rows = await db.execute<{ network: string; country_code: string | null; city: string | null }>(sql`
    select asked.network, found.country_code, found.city
    from unnest(${sql.param([...new Set(networks)])}::cidr[]) as asked (network)
    cross join lateral (
      select country_code, city from request_logs where id = (
        select id from request_rows seen
        where ${sql.raw(mayBeFrom("seen", "asked.network"))} and seen.network = asked.network
          and id >= ${uuidFloor(since)}::uuid
        ${sql.raw(byTime("id", "desc"))} limit 1)) as found`);
  return new Map(rows.map((row) => [row.network, { countryCode: row.country_code, city: row.city }]));
}
