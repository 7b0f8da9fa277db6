import { type SQL, sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { hourFloor, inSpan, instant } from "@/db/overview/window";
import { countSketch, mergeSketches } from "@/lib/hyperloglog";
import type { TimeRange } from "@/lib/time-range";

/** `visitors` is null where only counts by hour are left and no sketch was kept. */
export type TopEntry = { key: string; requests: number; refused: number; visitors: number | null };
export type Place = {
  countryCode: string;
  city: string | null;
  latitude: number;
  longitude: number;
  requests: number;
  refused: number;
};

/** The key under which the counts by hour hold what exceeded their number of keys. */
const OTHER = "~other";

export type Dimension = "country" | "network" | "path";
const COLUMN: Record<Dimension, SQL> = {
  country: sql`coalesce(country_code, '')`,
  network: sql`network::text`,
  path: sql`path`,
};

/** The most frequent values of a dimension, from the requests themselves. Visitors are counted of countries only. */
export async function readTop(
  db: Querier,
  dimension: Dimension,
  span: TimeRange,
  limit: number,
): Promise<TopEntry[]> {
  const counted = sql`count(*) as requests, count(*) filter (where verdict <> 'allow') as refused`;
  const source =
    dimension === "country"
      ? sql`select ${COLUMN.country} as key, ip_hash, ${counted} from request_logs where ${inSpan(span)} group by 1, 2`
      : sql`select ${COLUMN[dimension]} as key, ${counted} from request_logs where ${inSpan(span)} group by 1`;
  const visitors = dimension === "country" ? sql`count(*)::float8` : sql`null::float8`;
  const rows = await db.execute<TopEntry>(sql`
    select key, sum(requests)::float8 as requests, sum(refused)::float8 as refused, ${visitors} as visitors
    from (${source}) as found group by key order by requests desc, key limit ${limit}`);
  return [...rows];
}

const hoursOf = (span: TimeRange): SQL =>
  sql`bucket >= ${instant(hourFloor(span.from))} and bucket < ${instant(span.to)}`;

/** The same from the counts by hour: whole hours, without what they hold as "other". */
export async function readTopOfHours(
  db: Querier,
  dimension: Dimension | "place",
  span: TimeRange,
  limit: number,
): Promise<TopEntry[]> {
  const rows = await db.execute<Omit<TopEntry, "visitors">>(sql`
    select key, sum(allowed + blocked + limited)::float8 as requests, sum(blocked + limited)::float8 as refused
    from traffic_rollups
    where dimension = ${dimension} and ${hoursOf(span)} and key <> ${OTHER}
    group by key order by requests desc, key limit ${limit}`);
  return rows.map((row) => ({ ...row, visitors: null }));
}

/** Estimates the visitors of a few countries from the sketches of their hours. */
export async function estimateCountryVisitors(
  db: Querier,
  codes: readonly string[],
  span: TimeRange,
): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map();
  const rows = await db.execute<{ key: string; sketches: string[] }>(sql`
    select key, array_agg(encode(visitors, 'hex')) as sketches from traffic_rollups
    where dimension = 'country' and ${hoursOf(span)} and visitors is not null
      and key in (${sql.join(
        codes.map((code) => sql`${code}`),
        sql`, `,
      )})
    group by key`);
  return new Map(rows.map((row) => [row.key, countSketch(mergeSketches(row.sketches))]));
}

export async function readPlaces(db: Querier, span: TimeRange, limit: number): Promise<Place[]> {
  const rows = await db.execute<Place>(sql`
    select country_code as "countryCode", city, round(latitude::numeric, 2)::float8 as latitude,
      round(longitude::numeric, 2)::float8 as longitude,
      count(*)::float8 as requests, (count(*) filter (where verdict <> 'allow'))::float8 as refused
    from request_logs
    where ${inSpan(span)} and latitude is not null and longitude is not null and country_code is not null
    group by 1, 2, 3, 4 order by requests desc, 1, 2 limit ${limit}`);
  return [...rows];
}

/** The key of the dimension "place" is `CC|city|latitude|longitude`; null where it is not of that form. */
export function placeOfKey(entry: TopEntry): Place | null {
  const parts = entry.key.split("|");
  const [longitude, latitude] = [Number(parts.at(-1) || Number.NaN), Number(parts.at(-2) || Number.NaN)];
  if (parts.length < 4 || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  const city = parts.slice(1, -2).join("|") || null;
  return {
    countryCode: parts[0] ?? "",
    city,
    latitude,
    longitude,
    requests: entry.requests,
    refused: entry.refused,
  };
}
