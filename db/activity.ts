import { type ActivityBounds, activityBounds } from "@/db/activity/bounds";
import { NATURE_SQL } from "@/db/activity/nature";
import { type ActivityRecord, activityOf } from "@/db/activity/record";
import type { Database } from "@/db/client";
import { byTime, isOneOf, isVisitor, isWithin } from "@/db/visitor-index";
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
 * Hands over, batch by batch, what visitors did in a window: of all visitors in two passes, but only those whom a rule
 * could flag. The first, over all rows, counts by prepared columns alone and costs hardly more than counting visitors: a
 * bit that is null spares a condition. The second sees the noteworthy rows only, which are few and have an index.
 * Answers how many visitors there were. Agrees with `gatherActivity` of `lib/detection/activity`.
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
  const within = `id >= $1::uuid and id < $2::uuid ${only ? `and ${isOneOf("$3")}` : ""}`;
  // Of a few visitors the index of visitors finds them sooner than that of all noteworthy rows, which Postgres would take.
  const faulty = only
    ? NATURE_SQL.noteworthy
    : `${NATURE_SQL.noteworthyByIndex} and ${isWithin("id", "$1", "$2")}`;
  const text = `
    with visitors as materialized (
      select ip_hash, count(*)::int as requests, count(path_bit)::int as counted, ${bits("path_bit")} as distinct_paths,
        ${bits("agent_bit")} as user_agents, bit_or(nature) as nature, ${scope === "day" ? bits(HOUR_BIT) : "0::bigint"} as hours
      from request_rows where ${within} group by 1
    ), faults as materialized (
      select ip_hash, bit_or(signals) as shown, array[${SIGNALS.map(countSignal).join(", ")}] as signals,
        ${count(NATURE_SQL.failed)} as failed, ${bits("path_bit", NATURE_SQL.failed)} as failed_paths,
        ${count(`${NATURE_SQL.failed} or ${shows(...PROBES)}`)} as probes,
        ${count(`${shows("sensitive-path")} and ${NATURE_SQL.sensitiveRefused}`)} as "sensitiveRefused",
        ${count(`${shows("admin-probe")} and ${NATURE_SQL.adminRefused}`)} as "adminRefused",
        ${count(NATURE_SQL.blocked)} as blocked, ${count(NATURE_SQL.limited)} as limited
      from request_rows where ${within} and ${faulty} group by 1
    )
    select total.visitors, encode(ip_hash, 'hex') as key, first.network, first.at as "firstAt", last.at as "lastAt",
      requests, counted, ${NATURE_SQL.anyOtherwise("visitor.nature")} as "answeredOtherwise",
      ${NATURE_SQL.anySignedIn("visitor.nature")} as "signedIn", distinct_paths::text as "distinctPaths",
      user_agents::text as "userAgents", hours::text as hours, fault.signals, ${orZero("failed")} as failed,
      ${orZero("failed_paths")}::text as "failedPaths", ${orZero("probes")} as probes,
      ${orZero('"sensitiveRefused"')} as "sensitiveRefused", ${orZero('"adminRefused"')} as "adminRefused",
      ${orZero("blocked")} as blocked, ${orZero("limited")} as limited
    from (select count(*)::int as visitors from visitors) as total
      left join (visitors as visitor left join faults as fault using (ip_hash))
        on ${conditionOf(scope, activityBounds(thresholds))}
      left join lateral (${requestAt("asc")}) as first on true
      left join lateral (${requestAt("desc")}) as last on true`;
  return { text, values };
}

/** The visitor's first or last request of the window: a look into the index costs less than minding it row by row. */
const requestAt = (order: "asc" | "desc") => `
  select network::text, round(date_part('epoch', request_time(id)) * 1000) as at from request_rows seen
  where ${isVisitor("seen", "visitor.ip_hash")} and ${isWithin("seen.id", "$1", "$2")} ${byTime("id", order)} limit 1`;

const HOUR_BIT = "(floor(date_part('epoch', request_time(id)) / 3600)::bigint % 64)::int";
const maskOf = (signals: readonly Signal[]) =>
  signals.reduce((mask, signal) => mask | SIGNAL_BITS[signal], 0);
const shows = (...signals: Signal[]) => `signals & ${maskOf(signals)} <> 0`;
const count = (condition: string) => `(count(*) filter (where ${condition}))::int`;
const countSignal = (signal: Signal) => (signal === "asset" ? "0" : count(shows(signal)));
/** Requests without a bit, which is null, are passed over. */
const bits = (bit: string, condition = "") =>
  `coalesce(bit_or(1::bigint << ${bit})${condition && ` filter (where ${condition})`}, 0)`;
const ones = (column: string) => `bit_count(${column}::bit(64))`;
const orZero = (column: string) => `coalesce(fault.${column}, 0)`;

/** What every activity has that a rule could flag, said with the sums; rather too much than too little. */
function conditionOf(scope: ActivityScope, bounds: ActivityBounds): string {
  if (scope === "day") return `fault.probes >= ${bounds.slowProbes}`;
  const shown = (signal: Signal) => `fault.signals[${SIGNALS.indexOf(signal) + 1}]`;
  return [
    `fault.shown & ${bounds.signals} <> 0`,
    `counted > ${bounds.requests}`,
    `fault.limited >= ${bounds.limited}`,
    `${ones("fault.failed_paths")} >= ${bounds.failedPathBits}`,
    `${ones("distinct_paths")} >= ${bounds.distinctPathBits}`,
    `${ones("user_agents")} >= ${bounds.userAgentBits}`,
    `${shown("login-attempt")} >= ${bounds.loginAttempts}`,
    `${shown("sensitive-path")} >= ${bounds.sensitivePaths}`,
    `${shown("missing-script")} >= ${bounds.missingScripts}`,
    // Who mostly probes may be a patient one, whom the day's activity shows.
    "fault.failed * 2 > counted",
  ].join(" or ");
}
