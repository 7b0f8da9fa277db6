import { type SQL, sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { hourFloor, inSpan, instant, type Window } from "@/db/overview/window";
import { BUSY_HOUR } from "@/db/tops-sql";
import type { TimeRange } from "@/lib/time-range";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Up to this many requests are read one by one; beyond, what is kept of hours and days is read. */
export const EXACT_ROWS_MAX = 50_000;
/** Requests of hours of which nothing is kept that are read one by one beside the others: the latest ones. */
export const LOOSE_ROWS_MAX = 100_000;

/** Where the tops and the visitors of a window are read from; the parts do not overlap. */
export type Cover = {
  /** Every request of the window is read, so that nothing is estimated. */
  isExact: boolean;
  /** Starts of days and of hours of which tops are kept, in milliseconds since 1970. */
  days: number[];
  hours: number[];
  requests: TimeRange[];
};

/**
 * Finds the cheapest parts that make up a window: the requests themselves where they are few and all on record, else whole
 * days, then hours, then the requests of the hours between. An hour at the edge counts as whole, and so does a day of
 * which the hours are kept no more, if half of it lies within.
 */
export async function coverOf(db: Querier, window: Window, requests: number): Promise<Cover> {
  const all: Cover = { isExact: true, days: [], hours: [], requests: [window] };
  // Counts by hour cannot stand in for a window of minutes.
  if (window.stepSeconds < 3600) return all;
  if (requests <= EXACT_ROWS_MAX && (await areOnRecord(db, window, requests))) return all;
  return coverOfCounts(db, window);
}

/** The same where only what is frequent matters: request by request nothing is read that is kept otherwise. */
export async function coverOfCounts(db: Querier, span: TimeRange): Promise<Cover> {
  return coverByCounts(await readKept(db, span), span);
}

async function areOnRecord(db: Querier, span: TimeRange, requests: number): Promise<boolean> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from request_rows where ${inSpan(span)} limit ${EXACT_ROWS_MAX + 1}
    ) as found`);
  const count = row?.count ?? 0;
  return count <= EXACT_ROWS_MAX && count >= requests;
}

type Kept = { at: number; requests: number; isHourKept: boolean; isDayKept: boolean };

/** The hours of a window that had requests, and what is kept of them. */
async function readKept(db: Querier, window: TimeRange): Promise<Kept[]> {
  const rows = await db.execute<Kept>(sql`
    select date_part('epoch', counted.bucket) * 1000 as at,
      (counted.allowed + counted.blocked + counted.limited)::float8 as requests,
      hour.bucket is not null as "isHourKept", day.bucket is not null as "isDayKept"
    from traffic_rollups counted
      left join traffic_rollups hour
        on hour.dimension = 'country' and hour.span = 'hour' and hour.bucket = counted.bucket
      left join traffic_rollups day
        on day.dimension = 'country' and day.span = 'day'
          and day.bucket = date_bin('1 day', counted.bucket, timestamptz '2000-01-01 00:00:00+00')
    where counted.dimension = 'total' and counted.bucket >= ${instant(hourFloor(window.from))}
      and counted.bucket < ${instant(window.to)}
    order by 1`);
  return [...rows];
}

function coverByCounts(kept: readonly Kept[], window: TimeRange): Cover {
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  const cover: Cover = { isExact: false, days: [], hours: [], requests: [] };
  const loose: Kept[] = [];
  for (const [day, hours] of byDay(kept)) {
    const isWithin = from <= day && day + DAY_MS <= to;
    const hasLost = hours.some((hour) => hour.requests >= BUSY_HOUR && !hour.isHourKept);
    if (hours[0]?.isDayKept && (isWithin || hasLost)) {
      const inside = Math.min(to, day + DAY_MS) - Math.max(from, day);
      if (inside * 2 >= DAY_MS) cover.days.push(day);
      continue;
    }
    for (const hour of hours) {
      if (hour.isHourKept) cover.hours.push(hour.at);
      else loose.push(hour);
    }
  }
  cover.requests = rangesOf(loose, window);
  return cover;
}

function byDay(kept: readonly Kept[]): Map<number, Kept[]> {
  const days = new Map<number, Kept[]>();
  for (const hour of kept) {
    const day = Math.floor(hour.at / DAY_MS) * DAY_MS;
    const hours = days.get(day);
    if (hours) hours.push(hour);
    else days.set(day, [hour]);
  }
  return days;
}

/** The latest hours, as many as may be read one by one, neighbours joined. */
function rangesOf(hours: readonly Kept[], window: TimeRange): TimeRange[] {
  const ranges: { from: Date; to: Date }[] = [];
  let left = LOOSE_ROWS_MAX;
  for (const { at, requests } of [...hours].reverse()) {
    // One hour is always read: without it a busy site would never see what comes in now.
    if (requests > left && ranges.length > 0) break;
    left -= requests;
    const end = Math.min(at + HOUR_MS, window.to.getTime());
    const last = ranges.at(-1);
    if (last?.from.getTime() === end) last.from = new Date(at);
    else ranges.push({ from: new Date(at), to: new Date(end) });
  }
  return ranges;
}

/** The condition of `request_rows` for those that are read one by one; never true where none are. */
export function inRequests(cover: Cover): SQL {
  if (cover.requests.length === 0) return sql`false`;
  return sql`(${sql.join(
    cover.requests.map((range) => sql`(${inSpan(range)})`),
    sql` or `,
  )})`;
}

const instants = (times: readonly number[]): SQL =>
  sql`array(select to_timestamp(at::float8 / 1000) from jsonb_array_elements_text(${JSON.stringify(times)}::jsonb) as at)`;

/** The condition of `traffic_rollups` for the hours and days that are read, of one dimension. */
export function inKept(cover: Cover, dimension: string): SQL {
  return sql`dimension = ${dimension} and (
    span = 'day' and bucket = any(${instants(cover.days)}) or span = 'hour' and bucket = any(${instants(cover.hours)}))`;
}
