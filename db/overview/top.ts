import { sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { type Cover, inKept, inRequests } from "@/db/overview/cover";
import { SKETCH_OF_REGISTERS, SKETCH_RANK, SKETCH_REGISTER } from "@/db/sketch-sql";
import { countedSql, REFUSED, type TopDimension } from "@/db/tops-sql";
import { countSketch, mergeSketches } from "@/lib/hyperloglog";

/** `visitors` is null where they are not counted. */
export type TopEntry = { key: string; requests: number; refused: number; visitors: number | null };
export type Place = {
  countryCode: string;
  city: string | null;
  latitude: number;
  longitude: number;
  requests: number;
  refused: number;
};

/** The source of requests that are read one by one: the conditions bind parameters, which composed text cannot. */
const READ = "read_requests";
const readRequests = (cover: Cover) =>
  sql`${sql.raw(READ)} as (select * from request_rows where ${inRequests(cover)})`;

/** The most frequent values of a dimension. Visitors are counted of countries only, and where every request is read. */
export async function readTop(
  db: Querier,
  dimension: TopDimension,
  cover: Cover,
  limit: number,
): Promise<TopEntry[]> {
  if (dimension === "country" && cover.isExact) return countCountries(db, cover, limit);
  const rows = await db.execute<Omit<TopEntry, "visitors">>(sql`
    with ${readRequests(cover)}
    select key, sum(requests)::float8 as requests, sum(refused)::float8 as refused
    from (
      select top.key, top.requests, top.refused from traffic_rollups kept
        cross join lateral unnest(kept.keys, kept.requests, kept.refused) as top (key, requests, refused)
      where ${inKept(cover, dimension)}
      union all
      ${sql.raw(countedSql(dimension, "true", READ))}
    ) as found group by key order by requests desc, key limit ${limit}`);
  return rows.map((row) => ({ ...row, visitors: null }));
}

async function countCountries(db: Querier, cover: Cover, limit: number): Promise<TopEntry[]> {
  const rows = await db.execute<TopEntry>(sql`
    select key, sum(requests)::float8 as requests, sum(refused)::float8 as refused, count(*)::float8 as visitors
    from (
      select coalesce(country_code, '') as key, ip_hash, count(*) as requests,
        count(*) filter (where ${sql.raw(REFUSED)}) as refused
      from request_rows where ${inRequests(cover)} group by 1, 2
    ) as found group by key order by requests desc, key limit ${limit}`);
  return [...rows];
}

/** Estimates the visitors of a few countries from the sketches that are kept, and from the requests that are read. */
export async function estimateCountryVisitors(
  db: Querier,
  codes: readonly string[],
  cover: Cover,
): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map();
  const wanted = sql`(select jsonb_array_elements_text(${JSON.stringify(codes)}::jsonb))`;
  // Row by row: the driver reads an array of as many bytes a hundred times as slowly.
  const rows = await db.execute<{ key: string; sketch: Uint8Array }>(sql`
    with ${readRequests(cover)}
    select key, sketch from (
      select top.key, top.sketch from traffic_rollups kept
        cross join lateral unnest(kept.keys[1:array_length(kept.key_visitors, 1)], kept.key_visitors) as top (key, sketch)
      where ${inKept(cover, "country")}
      union all
      select key, ${sql.raw(SKETCH_OF_REGISTERS)} from (
        select coalesce(country_code, '') as key, ${sql.raw(SKETCH_REGISTER)} as register, max(${sql.raw(SKETCH_RANK)}) as rank
        from (select distinct country_code, ip_hash from ${sql.raw(READ)}) as visitors group by 1, 2
      ) as registers group by key
    ) as found where sketch is not null and key in ${wanted}`);
  const sketches = new Map<string, Uint8Array[]>();
  for (const { key, sketch } of rows) {
    const own = sketches.get(key);
    if (own) own.push(sketch);
    else sketches.set(key, [sketch]);
  }
  return new Map([...sketches].map(([key, own]) => [key, countSketch(mergeSketches(own))]));
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
