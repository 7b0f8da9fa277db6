import { sql } from "drizzle-orm";
import { type Querier, sqlState } from "@/db/client";
import { uuidFloor } from "@/lib/uuid-time";

const DAY_MS = 86_400_000;
/** Days for which partitions are laid out ahead of time. */
export const DAYS_AHEAD = 3;
const OVERLAPS = new Set(["42P07", "23514", "42P17"]);

function dayOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}

/** `request_logs_20261122` for that day of UTC. */
export function partitionName(day: Date): string {
  return `request_logs_${day.toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** The day of UTC whose rows lie in the partition of this name. */
export function dayOfPartition(name: string): Date {
  return new Date(name.slice(-8).replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3T00:00:00Z"));
}

/** The statement that makes the partition of a day where there is none. */
export function partitionStatement(day: Date): string {
  const from = uuidFloor(day);
  const to = uuidFloor(new Date(day.getTime() + DAY_MS));
  return `create table if not exists "${partitionName(day)}" partition of request_logs for values from ('${from}') to ('${to}')`;
}

/**
 * Creates the partition of a day. Where rows of that day already lie in the default partition, as after a clock that
 * jumped, they stay there and so do those to come: nothing is lost, only pruned later row by row.
 */
async function createPartition(db: Querier, day: Date): Promise<void> {
  try {
    await db.transaction((nested) => nested.execute(sql.raw(partitionStatement(day))));
  } catch (error) {
    if (!OVERLAPS.has(sqlState(error) ?? "")) throw error;
  }
}

/** Names of the day partitions that exist, oldest first. */
export async function listPartitions(db: Querier): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select child.relname as name
    from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'request_logs'::regclass and child.relname ~ '^request_logs_[0-9]{8}$'
    order by 1`);
  return rows.map((row) => row.name);
}

/** Makes sure of the partitions of these days and of the next ones after `now`; days long past or far ahead get none. */
export async function ensurePartitions(
  db: Querier,
  now: Date,
  days: Iterable<Date> = [],
  daysBack = 400,
): Promise<void> {
  const existing = new Set(await listPartitions(db));
  const wanted = new Map<number, Date>();
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const day = dayOf(new Date(now.getTime() + ahead * DAY_MS));
    wanted.set(day.getTime(), day);
  }
  for (const at of days) {
    const day = dayOf(at);
    const distance = (day.getTime() - now.getTime()) / DAY_MS;
    if (distance <= DAYS_AHEAD && distance >= -daysBack) wanted.set(day.getTime(), day);
  }
  for (const day of wanted.values()) if (!existing.has(partitionName(day))) await createPartition(db, day);
}

/** Drops the partitions of days that ended before `before`, and such rows of the default one. */
export async function prunePartitions(db: Querier, before: Date): Promise<{ dropped: string[] }> {
  const limit = partitionName(dayOf(before));
  const dropped = (await listPartitions(db)).filter((name) => name < limit);
  for (const name of dropped) await db.execute(sql.raw(`drop table if exists "${name}"`));
  await db.execute(sql`delete from request_logs_default where id < ${uuidFloor(dayOf(before))}::uuid`);
  return { dropped };
}
