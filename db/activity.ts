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
 * whom a rule could flag. The pass counts what every rule needs, by columns and bits that the drain has prepared, and
 * costs hardly more than counting visitors; which signals they showed how often, and how often the guard refused them, is
 * then looked up for the few who matter and of whom any is known. Answers how many visitors there were. Agrees with `gatherActivity` of `lib/detection/activity`.
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
    with visitors as materialized (
      select ip_hash, count(*)::int as requests, ${count(NATURE_SQL.counted)} as counted,
        ${count(NATURE_SQL.answered)} as "statusKnown", ${count(NATURE_SQL.failed)} as failed,
        ${bits(PATH, NATURE_SQL.failed)} as failed_paths, ${bits(PATH, NATURE_SQL.counted)} as distinct_paths,
        ${bits(AGENT)} as user_agents, bit_or(signals) as signals, bit_or(nature) as nature,
        ${count(shows("asset"))} as assets, ${scope === "day" ? bits(HOURS) : "0::bigint"} as hours
      from request_logs
      where id >= $1::uuid and id < $2::uuid ${only ? "and ip_hash = any(array(select decode(hash, 'hex') from unnest($3::text[]) as hash))" : ""}
      group by 1
    )
    select total.visitors, encode(visitor.ip_hash, 'hex') as key, first.network, first.at as "firstAt", last.at as "lastAt",
      requests, counted, "statusKnown", failed, failed_paths::text as "failedPaths", assets,
      distinct_paths::text as "distinctPaths", user_agents::text as "userAgents", hours::text as hours,
      ${NATURE_SQL.anySignedIn("visitor.nature")} as "signedIn", shown.*, refused.*
    from (select count(*)::int as visitors from visitors) as total
      left join visitors as visitor on ${conditionOf(scope, activityBounds(thresholds))}
      left join lateral (${requestAt("asc")}) as first on true
      left join lateral (${requestAt("desc")}) as last on true
      left join lateral (
        select array[${SIGNALS.map((signal) => count(shows(signal))).join(", ")}] as signals,
          ${count(`${shows("sensitive-path")} and ${NATURE_SQL.sensitiveRefused}`)} as "sensitiveRefused",
          ${count(`${shows("admin-probe")} and ${NATURE_SQL.adminRefused}`)} as "adminRefused",
          ${count(`${shows(...PROBES)} and not (${NATURE_SQL.failed})`)} as "unfailedProbes"
        from request_logs seen
        where visitor.signals & ${TELLING} <> 0 and seen.ip_hash = visitor.ip_hash
          and seen.id >= $1::uuid and seen.id < $2::uuid and seen.signals & ${TELLING} <> 0
      ) as shown on true
      left join lateral (
        select ${count(NATURE_SQL.blocked)} as blocked, ${count(NATURE_SQL.limited)} as limited from request_logs seen
        where ${NATURE_SQL.anyRefused("visitor.nature")} and seen.ip_hash = visitor.ip_hash
          and seen.id >= $1::uuid and seen.id < $2::uuid and ${NATURE_SQL.anyRefused("seen.nature")}
      ) as refused on true`;
  return { text, values };
}

/** The visitor's first or last request of the window: a look into the index costs less than minding it row by row. */
const requestAt = (order: "asc" | "desc") => `
  select network::text, round(date_part('epoch', occurred_at) * 1000) as at from request_logs seen
  where seen.ip_hash = visitor.ip_hash and seen.id >= $1::uuid and seen.id < $2::uuid order by id ${order} limit 1`;

const PATH = "1::bigint << (distinct_bits & 63)";
const AGENT = "1::bigint << (distinct_bits >> 6)";
const HOURS = "1::bigint << (floor(date_part('epoch', occurred_at) / 3600)::bigint % 64)::int";
/** All signals but the one of assets, which every visitor of a site shows and the pass over the rows counts. */
const TELLING = ~SIGNAL_BITS.asset;
const maskOf = (signals: readonly Signal[]) =>
  signals.reduce((mask, signal) => mask | SIGNAL_BITS[signal], 0);
const shows = (...signals: Signal[]) => `signals & ${maskOf(signals)} <> 0`;
const count = (condition: string) => `(count(*) filter (where ${condition}))::int`;
const bits = (bit: string, condition = "true") =>
  `coalesce(bit_or(${bit})${condition === "true" ? "" : ` filter (where ${condition})`}, 0)`;
const ones = (column: string) => `bit_count(${column}::bit(64))`;

/** What every activity has that a rule could flag, said with the sums; rather too much than too little. */
function conditionOf(scope: ActivityScope, bounds: ActivityBounds): string {
  const showed = (...signals: Signal[]) => `visitor.signals & ${maskOf(signals)} <> 0`;
  if (scope === "day") return `requests >= ${bounds.slowProbes} and (failed > 0 or ${showed(...PROBES)})`;
  return [
    `visitor.signals & ${bounds.signals} <> 0`,
    `counted > ${bounds.requests}`,
    `requests >= ${bounds.limited} and ${NATURE_SQL.anyLimited("visitor.nature")}`,
    `${ones("failed_paths")} >= ${bounds.failedPathBits}`,
    `${ones("distinct_paths")} >= ${bounds.distinctPathBits}`,
    `${ones("user_agents")} >= ${bounds.userAgentBits}`,
    `requests >= ${bounds.loginAttempts} and ${showed("login-attempt")}`,
    `requests >= ${bounds.sensitivePaths} and ${showed("sensitive-path")}`,
    `requests >= ${bounds.missingScripts} and ${showed("missing-script")}`,
    // Who mostly probes may be a patient one, whom the day's activity shows.
    "failed * 2 > counted",
  ].join(" or ");
}
