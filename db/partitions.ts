import { sql } from "drizzle-orm";
import { type Querier, sqlState } from "@/db/client";
import { uuidFloor } from "@/lib/uuid-time";

const DAY_MS = 86_400_000;
/** The day that has a partition laid out ahead of time; requests of later ones get one when they come. */
const LAID_OUT_AHEAD = 1;
/** How far ahead of us the clock of a door may be. */
const DAYS_AHEAD = 3;
/** Where a day has fewer requests than this, a partition holds a week: each costs a fixed room of some 100 kB. */
const BUSY_DAY = 20_000;
const WEEK_DAYS = 7;
const OVERLAPS = new Set(["42P07", "23514", "42P17"]);

const DEFAULT = "request_logs_default";

/** A partition with the first day that it holds and the first that it does not, in milliseconds since 1970. */
export type Partition = { name: string; from: number; to: number };

const dayOf = (at: Date): number => Math.floor(at.getTime() / DAY_MS) * DAY_MS;

/** `request_logs_20261122` for the partition that begins with that day of UTC. */
export function partitionName(day: Date): string {
  return `request_logs_${day.toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** The statement that makes the partition of some days of UTC, as milliseconds, where there is none. */
export function partitionStatement({ from, to }: Omit<Partition, "name">, table = "request_rows"): string {
  const name = partitionName(new Date(from));
  const bounds = `from ('${uuidFloor(new Date(from))}') to ('${uuidFloor(new Date(to))}')`;
  return `create table if not exists "${name}" partition of ${table} for values ${bounds}`;
}

/** The statement that makes the partition of what no other has room for, where there is none. */
export const defaultStatement = (table = "request_rows"): string =>
  `create table if not exists ${DEFAULT} partition of ${table} default`;

/**
 * Creates a partition, or answers false: where rows of that time already lie in the default partition, as after a clock
 * that jumped, they stay there and so do those to come. Nothing is lost, only pruned later row by row.
 */
async function createPartition(db: Querier, statement: string): Promise<boolean> {
  try {
    await db.transaction((nested) => nested.execute(sql.raw(statement)));
  } catch (error) {
    if (!OVERLAPS.has(sqlState(error) ?? "")) throw error;
    return false;
  }
  return true;
}

/** The partitions that hold a time of their own, the oldest first. */
export async function listPartitions(db: Querier): Promise<Partition[]> {
  // A bound is a UUID without anything behind its time.
  return [
    ...(await db.execute<Partition>(sql`
      select name, date_part('epoch', request_time(bounds[1]::uuid)) * 1000 as "from",
        date_part('epoch', request_time(bounds[2]::uuid)) * 1000 as "to"
      from (
        select child.relname as name,
          regexp_match(pg_get_expr(child.relpartbound, child.oid), 'FROM [(]''([^'']+)''[)] TO [(]''([^'']+)''[)]') as bounds
        from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
        where pg_inherits.inhparent = 'request_rows'::regclass
      ) as partition
      where bounds is not null order by 2`)),
  ];
}

/**
 * Makes sure of a partition for each of these days, and for today and tomorrow. A new one holds a day or, where there is
 * little traffic, a week; days long past or far ahead share the default one.
 */
export async function ensurePartitions(
  db: Querier,
  now: Date,
  days: Iterable<Date> = [],
  daysBack = 400,
): Promise<void> {
  const asked = [...days].map(dayOf);
  const wanted = new Set<number>();
  for (let ahead = 0; ahead <= LAID_OUT_AHEAD; ahead++) wanted.add(dayOf(now) + ahead * DAY_MS);
  for (const day of asked) {
    const distance = (day - now.getTime()) / DAY_MS;
    if (distance <= DAYS_AHEAD && distance >= -daysBack) wanted.add(day);
  }
  const existing = await listPartitions(db);
  const isHeld = (day: number) => existing.some(({ from, to }) => from <= day && day < to);
  let length: number | null = null;
  for (const day of [...wanted].sort((one, other) => one - other)) {
    if (isHeld(day)) continue;
    length ??= await lengthFor(db, now);
    const next = existing.filter(({ from }) => from > day).map(({ from }) => from);
    for (const to of new Set([Math.min(day + length, ...next), day + DAY_MS])) {
      if (!(await createPartition(db, partitionStatement({ from: day, to })))) continue;
      const name = partitionName(new Date(day));
      existing.push({ name, from: day, to });
      if (length > DAY_MS) await pack(db, name);
      break;
    }
  }
  if (!asked.every(isHeld)) await createPartition(db, defaultStatement());
}

/**
 * Has the indexes of a partition take as little room as they can: where little comes in at a time it costs hardly more to
 * sort each request in at once, and pages need no room for what comes in between.
 */
async function pack(db: Querier, partition: string): Promise<void> {
  const indexes = await db.execute<{ name: string; isPrimary: boolean }>(sql`
    select indexrelid::regclass::text as name, indisprimary as "isPrimary" from pg_index
      join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
    where indrelid = ${partition}::regclass and (indisprimary or amname = 'gin')`);
  for (const { name, isPrimary } of indexes)
    await db.execute(
      sql.raw(`alter index ${name} set (${isPrimary ? "fillfactor = 100" : "fastupdate = off"})`),
    );
}

async function lengthFor(db: Querier, now: Date): Promise<number> {
  const [row] = await db.execute<{ requests: number }>(sql`
    select coalesce(sum(allowed + blocked + limited), 0)::float8 as requests from traffic_rollups
    where dimension = 'total' and bucket >= ${new Date(now.getTime() - DAY_MS).toISOString()}::timestamptz`);
  return (row?.requests ?? 0) < BUSY_DAY ? WEEK_DAYS * DAY_MS : DAY_MS;
}

/** Drops the partitions that ended before the day of `before`, and such rows of the others. */
export async function prunePartitions(
  db: Querier,
  before: Date,
): Promise<{ dropped: string[]; deleted: number }> {
  const limit = dayOf(before);
  const dropped = (await listPartitions(db)).filter(({ to }) => to <= limit).map(({ name }) => name);
  for (const name of dropped) await db.execute(sql.raw(`drop table if exists "${name}"`));
  const { count } = await db.execute(
    sql`delete from request_rows where id < ${uuidFloor(new Date(limit))}::uuid`,
  );
  return { dropped, deleted: count };
}
