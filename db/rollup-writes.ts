import type { ISql } from "postgres";
import type { RecordRow } from "@/db/record-rows";
import { addToSketch, encodeSketch, mergeSketches, newSketch, type Sketch } from "@/lib/hyperloglog";

/** Keys of one dimension in one hour at the most: an attacker who invents paths fills `~other`, not the table. */
export const ROLLUP_KEYS_MAX = 200;
export const OTHER_KEY = "~other";
const KEY_LENGTH_MAX = 255;
const HOUR_MS = 3_600_000;

const DIMENSIONS = ["total", "country", "network", "path", "place"] as const;
type Dimension = (typeof DIMENSIONS)[number];

type Count = {
  /** The start of the hour, in milliseconds since 1970. */
  bucket: number;
  dimension: Dimension;
  key: string;
  allowed: number;
  blocked: number;
  limited: number;
  sketch: Sketch | null;
};

/** Adds rows that were really inserted to the counts of their hours. Runs in the transaction that inserted them. */
export async function addToRollups(sql: ISql, rows: readonly RecordRow[]): Promise<void> {
  const counts = await foldOverflow(sql, countRows(rows));
  await mergeStoredSketches(sql, counts);
  await sql`
    insert into traffic_rollups as stored (bucket, dimension, key, allowed, blocked, limited, visitors)
    select to_timestamp(bucket / 1000), dimension::rollup_dimension, key, allowed, blocked, limited, decode(visitors, 'hex')
    from unnest(
      ${counts.map((count) => count.bucket)}::float8[],
      ${counts.map((count) => count.dimension)}::text[],
      ${counts.map((count) => count.key)}::text[],
      ${counts.map((count) => count.allowed)}::int[],
      ${counts.map((count) => count.blocked)}::int[],
      ${counts.map((count) => count.limited)}::int[],
      ${counts.map((count) => count.sketch && encodeSketch(count.sketch))}::text[]
    ) as added (bucket, dimension, key, allowed, blocked, limited, visitors)
    on conflict (dimension, bucket, key) do update set
      allowed = stored.allowed + excluded.allowed,
      blocked = stored.blocked + excluded.blocked,
      limited = stored.limited + excluded.limited,
      visitors = excluded.visitors`;
}

function countRows(rows: readonly RecordRow[]): Count[] {
  const counts = new Map<string, Count>();
  for (const row of rows) {
    const bucket = Math.floor(row.occurredAt.getTime() / HOUR_MS) * HOUR_MS;
    for (const dimension of DIMENSIONS) {
      const key = keyOf(row, dimension);
      if (key === null) continue;
      const count = touch(counts, bucket, dimension, key);
      if (row.event.verdict === "allow") count.allowed++;
      else if (row.event.verdict === "block") count.blocked++;
      else count.limited++;
      if (count.sketch) addToSketch(count.sketch, row.ipHash);
    }
  }
  return [...counts.values()];
}

function touch(counts: Map<string, Count>, bucket: number, dimension: Dimension, key: string): Count {
  const id = `${bucket}\n${dimension}\n${key}`;
  let count = counts.get(id);
  if (!count) {
    const sketch = dimension === "total" || dimension === "country" ? newSketch() : null;
    count = { bucket, dimension, key, allowed: 0, blocked: 0, limited: 0, sketch };
    counts.set(id, count);
  }
  return count;
}

function keyOf(row: RecordRow, dimension: Dimension): string | null {
  const { countryCode, city, latitude, longitude } = row.place;
  switch (dimension) {
    case "total":
      return "";
    case "country":
      return countryCode ?? "";
    case "network":
      return row.network;
    case "path":
      return row.event.path.slice(0, KEY_LENGTH_MAX).toWellFormed();
    case "place":
      if (latitude === null || longitude === null) return null;
      return `${countryCode ?? ""}|${city?.replaceAll("|", " ") ?? ""}|${latitude.toFixed(2)}|${longitude.toFixed(2)}`;
  }
}

/** Counts keys that are new to a full hour under `~other`. One drain runs at a time, so that nobody fills it meanwhile. */
async function foldOverflow(sql: ISql, counts: readonly Count[]): Promise<Count[]> {
  const buckets = [...new Set(counts.map((count) => count.bucket))];
  const sizes = await sql<{ bucket: number; dimension: Dimension; size: number }[]>`
    select (extract(epoch from bucket) * 1000)::float8 as bucket, dimension, count(*)::int as size from traffic_rollups
    where bucket in (select to_timestamp(at / 1000) from unnest(${buckets}::float8[]) as wanted (at)) group by 1, 2`;
  const room = new Map(sizes.map((row) => [`${row.bucket}\n${row.dimension}`, ROLLUP_KEYS_MAX - row.size]));
  const stored = await sql<{ bucket: number; dimension: Dimension; key: string }[]>`
    select wanted.bucket, stored.dimension, stored.key
    from unnest(
      ${counts.map((count) => count.bucket)}::float8[],
      ${counts.map((count) => count.dimension)}::text[],
      ${counts.map((count) => count.key)}::text[]
    ) as wanted (bucket, dimension, key)
    join traffic_rollups stored
      on stored.dimension = wanted.dimension::rollup_dimension and stored.bucket = to_timestamp(wanted.bucket / 1000) and stored.key = wanted.key`;
  const known = new Set(stored.map((row) => `${row.bucket}\n${row.dimension}\n${row.key}`));
  const folded = new Map<string, Count>();
  for (const count of counts) {
    const place = `${count.bucket}\n${count.dimension}`;
    const isKnown = known.has(`${place}\n${count.key}`) || count.key === OTHER_KEY;
    const left = room.get(place) ?? ROLLUP_KEYS_MAX;
    const key = isKnown || left > 0 || count.dimension === "total" ? count.key : OTHER_KEY;
    if (!isKnown && key !== OTHER_KEY) room.set(place, left - 1);
    const target = touch(folded, count.bucket, count.dimension, key);
    target.allowed += count.allowed;
    target.blocked += count.blocked;
    target.limited += count.limited;
    if (target.sketch && count.sketch)
      target.sketch = mergeSketches([encodeSketch(target.sketch), encodeSketch(count.sketch)]);
  }
  return [...folded.values()];
}

async function mergeStoredSketches(sql: ISql, counts: readonly Count[]): Promise<void> {
  const sketched = counts.filter((count) => count.sketch);
  const stored = await sql<{ bucket: number; dimension: Dimension; key: string; visitors: string }[]>`
    select wanted.bucket, stored.dimension, stored.key, encode(stored.visitors, 'hex') as visitors
    from unnest(
      ${sketched.map((count) => count.bucket)}::float8[],
      ${sketched.map((count) => count.dimension)}::text[],
      ${sketched.map((count) => count.key)}::text[]
    ) as wanted (bucket, dimension, key)
    join traffic_rollups stored
      on stored.dimension = wanted.dimension::rollup_dimension and stored.bucket = to_timestamp(wanted.bucket / 1000) and stored.key = wanted.key
    where stored.visitors is not null`;
  const byId = new Map(stored.map((row) => [`${row.bucket}\n${row.dimension}\n${row.key}`, row.visitors]));
  for (const count of sketched) {
    const before = byId.get(`${count.bucket}\n${count.dimension}\n${count.key}`);
    if (before && count.sketch) count.sketch = mergeSketches([before, encodeSketch(count.sketch)]);
  }
}
