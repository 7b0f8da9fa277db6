import { type SQL, sql } from "drizzle-orm";
import { NATURE_SQL } from "@/db/activity/nature";
import type { Querier } from "@/db/client";
import { inSpan, instant, splitByHour, type Window } from "@/db/overview/window";
import type { Action } from "@/lib/guard/verdict";

export type Counts = { allowed: number; blocked: number; limited: number };
/** `at` is the start of the step in milliseconds since 1970. */
export type Step = Counts & { at: number };

const is = (action: Action) => sql.raw(NATURE_SQL.verdict(action));

/** Rows of (at, allowed, blocked, limited) that add up to the window. */
function countedIn(window: Window, now: Date): SQL {
  const { hours, rest } = splitByHour(window, now);
  const count = (action: Action) => sql`count(*) filter (where ${is(action)})`;
  const parts = rest.map((span) =>
    hours
      ? // Beside whole hours each rest lies within one, and so within one step.
        sql`
          select ${instant(span.from)} as at, ${count("allow")} as allowed, ${count("block")} as blocked,
            ${count("limit")} as limited
          from request_rows where ${inSpan(span)}`
      : sql`
          select request_time(id) as at, (${is("allow")})::int as allowed, (${is("block")})::int as blocked,
            (${is("limit")})::int as limited
          from request_rows where ${inSpan(span)}`,
  );
  if (hours) {
    parts.push(sql`
      select bucket as at, allowed, blocked, limited from traffic_rollups
      where dimension = 'total' and bucket >= ${instant(hours.from)} and bucket < ${instant(hours.to)}`);
  }
  return sql.join(parts, sql` union all `);
}

/** Requests of each step by verdict; a step without a request is there with zeros. */
export async function readSeries(db: Querier, window: Window, now: Date): Promise<Step[]> {
  const step = sql`make_interval(secs => ${window.stepSeconds})`;
  const slotOf = (at: SQL) => sql`date_bin(${step}, ${at}, timestamptz '2000-01-01 00:00:00+00')`;
  const rows = await db.execute<Step>(sql`
    with counted as (
      select ${slotOf(sql`at`)} as slot, sum(allowed) as allowed, sum(blocked) as blocked, sum(limited) as limited
      from (${countedIn(window, now)}) as parts group by 1
    )
    select (extract(epoch from slot) * 1000)::float8 as at, coalesce(allowed, 0)::float8 as allowed,
      coalesce(blocked, 0)::float8 as blocked, coalesce(limited, 0)::float8 as limited
    from generate_series(${slotOf(instant(window.from))}, ${instant(window.to)} - interval '1 microsecond', ${step}) as slot
    left join counted using (slot)
    order by slot`);
  return [...rows];
}

export const requestsOf = (counts: Counts): number => counts.allowed + counts.blocked + counts.limited;

export function totalOf(steps: readonly Counts[]): Counts {
  const total = { allowed: 0, blocked: 0, limited: 0 };
  for (const step of steps) {
    total.allowed += step.allowed;
    total.blocked += step.blocked;
    total.limited += step.limited;
  }
  return total;
}
