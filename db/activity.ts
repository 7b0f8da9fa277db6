import { type ActivityBounds, activityBounds } from "@/db/activity/bounds";
import { NATURE_SQL } from "@/db/activity/nature";
import { type ActivityRecord, activityOf } from "@/db/activity/record";
import type { Database } from "@/db/client";
import { type Activity, PROBES } from "@/lib/detection/activity";
import { SIGNAL_BITS, SIGNALS, type Signal } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

/** The window that an activity covers: the hour that most rules judge, or the day of the patient ones. */
export type ActivityScope = "hour" | "day";

export type GatherQuery = {
  scope: ActivityScope;
  /** At most an hour for `hour`, at most 64 hours for `day`. */
  window: TimeRange;
  thresholds: Thresholds;
  /** Only these visitors (hashes); null is all of them. */
  only: readonly string[] | null;
  /** Milliseconds after which the database gives up. */
  timeoutMs: number;
};

/** Visitors that lie in memory at once. */
const BATCH = 200;
/** What one hash table of the query may take in memory; beyond, Postgres uses its disk. */
const WORK_MEMORY = "64MB";

/**
 * Hands over, batch by batch, what visitors did in a window: of all visitors in one pass over the rows, but only those
 * whom a rule could flag. Rows are counted in cells (visitor, signals, nature) by plain columns, which
 * costs little more than counting visitors; the bounds are put to the few cells, and the activity is worked out of the
 * cells of those who pass. Answers how many visitors there were. Agrees with `gatherActivity` of `lib/detection/activity`.
 */
export async function readActivity(
  db: Database,
  query: GatherQuery,
  take: (batch: Activity[]) => Promise<void>,
): Promise<{ visitors: number }> {
  const { text, values } = statementOf(query);
  let visitors = 0;
  await db.$client.begin(async (sql) => {
    await sql`select set_config('work_mem', ${WORK_MEMORY}, true), set_config('statement_timeout', ${String(query.timeoutMs)}, true)`;
    const rows = sql.unsafe<(ActivityRecord & { visitors: number; key: string | null })[]>(text, values);
    for await (const batch of rows.cursor(BATCH)) {
      visitors = batch[0]?.visitors ?? 0;
      // Of no visitor at all the answer is one row with the total alone.
      const found = batch.filter((row) => row.key !== null);
      if (found.length > 0) await take(found.map((row) => activityOf(row, query.scope)));
    }
  });
  return { visitors };
}

/** The query as text: composed of constants and numbers alone; times and hashes are parameters. */
export function statementOf({ scope, window, thresholds, only }: GatherQuery): {
  text: string;
  values: (string | string[])[];
} {
  const values: (string | string[])[] = [uuidFloor(window.from), uuidFloor(window.to)];
  if (only) values.push([...only]);
  const text = `
    with cells as materialized (
      select ip_hash, signals, nature, count(*)::int as n, bit_or(1::bigint << (distinct_bits & 63)) as paths,
        bit_or(1::bigint << (distinct_bits >> 6)) as agents, ${scope === "day" ? HOURS : "0::bigint"} as hours
      from request_logs
      where id >= $1::uuid and id < $2::uuid ${only ? "and ip_hash = any(array(select decode(hash, 'hex') from unnest($3::text[]) as hash))" : ""}
      group by 1, 2, 3
    ), weighed as materialized (
      select ip_hash, ${conditionOf(scope, activityBounds(thresholds))} as is_wanted from cells group by 1
    ), counted as (
      select ip_hash, sum(n)::int as requests, ${count(counted)} as counted,
        array[${SIGNALS.map((signal) => count(shows(signal))).join(", ")}] as signals,
        ${count(`${counted} and ${NATURE_SQL.answered}`)} as "statusKnown",
        ${count(FAILED)} as failed, ${bits("paths", FAILED)}::text as "failedPaths",
        ${bits("paths", counted)}::text as "distinctPaths", ${bits("agents")}::text as "userAgents",
        ${count(`${shows("sensitive-path")} and ${NATURE_SQL.sensitiveRefused}`)} as "sensitiveRefused",
        ${count(`${shows("admin-probe")} and ${NATURE_SQL.adminRefused}`)} as "adminRefused",
        ${count(PROBE)} as probes, bit_or(hours)::text as hours, ${count(NATURE_SQL.signedIn)} as "signedIn",
        ${count(NATURE_SQL.blocked)} as blocked, ${count(NATURE_SQL.limited)} as limited
      from cells join weighed using (ip_hash) where is_wanted group by 1
    )
    select total.visitors, encode(ip_hash, 'hex') as key, counted.*, first.network, first.at as "firstAt",
      last.at as "lastAt"
    from (select count(*)::int as visitors from weighed) as total
      left join counted on true
      left join lateral (${requestAt("asc")}) as first on true
      left join lateral (${requestAt("desc")}) as last on true`;
  return { text, values };
}

/** The visitor's first or last request of the window: a look into the index costs less than minding it row by row. */
const requestAt = (order: "asc" | "desc") => `
  select network::text, round(date_part('epoch', occurred_at) * 1000) as at from request_logs seen
  where seen.ip_hash = counted.ip_hash and seen.id >= $1::uuid and seen.id < $2::uuid order by id ${order} limit 1`;

const HOURS = "bit_or(1::bigint << (floor(date_part('epoch', occurred_at) / 3600)::bigint % 64)::int)";
const shows = (...signals: Signal[]) =>
  `(signals & ${signals.reduce((mask, signal) => mask | SIGNAL_BITS[signal], 0)} <> 0)`;
const counted = `${NATURE_SQL.counted} and not ${shows("asset")}`;
const FAILED = `${counted} and ${NATURE_SQL.failed} and not ${shows("well-known")}`;
const PROBE = `${shows(...PROBES)} or (${FAILED})`;
const count = (condition: string) => `coalesce(sum(n) filter (where ${condition}), 0)::int`;
const bits = (column: string, condition = "true") =>
  `coalesce(bit_or(${column}) filter (where ${condition}), 0)`;
const distinct = (column: string, condition?: string) => `bit_count(${bits(column, condition)}::bit(64))`;

/** What every activity has that a rule could flag, said with few counts. */
function conditionOf(scope: ActivityScope, bounds: ActivityBounds): string {
  if (scope === "day") return `${count(PROBE)} >= ${bounds.slowProbes}`;
  return [
    `bit_or(signals) & ${bounds.signals} <> 0`,
    `${count(counted)} > ${bounds.requests}`,
    `${count(NATURE_SQL.limited)} >= ${bounds.limited}`,
    `${distinct("paths", FAILED)} >= ${bounds.failedPathBits}`,
    `${distinct("paths", counted)} >= ${bounds.distinctPathBits}`,
    `${distinct("agents")} >= ${bounds.userAgentBits}`,
    `${count(shows("login-attempt"))} >= ${bounds.loginAttempts}`,
    `${count(shows("sensitive-path"))} >= ${bounds.sensitivePaths}`,
    `${count(shows("missing-script"))} >= ${bounds.missingScripts}`,
    // Who mostly probes may be a patient one, whom the day's activity shows.
    `${count(FAILED)} * 2 > ${count(counted)}`,
  ].join(" or ");
}
