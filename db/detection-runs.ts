import { and, count, desc, eq, gte, lt, not, sql } from "drizzle-orm";
import { beyondLast, deleteInBatches } from "@/db/batches";
import type { Database, Querier } from "@/db/client";
import { type DetectionRun, type DetectionTrigger, detectionRuns } from "@/db/schema";
import type { RunDetails } from "@/db/suspicion-details";
import type { TimeRange } from "@/lib/time-range";

export type NewRun = {
  trigger: DetectionTrigger;
  actor: string;
  window: TimeRange;
  startedAt: Date;
  durationMs: number;
  examined: number;
  flagged: number;
  error: string | null;
  details: RunDetails;
};

export async function writeRun(db: Querier, { window, ...run }: NewRun): Promise<DetectionRun> {
  const values = {
    ...run,
    windowFrom: window.from,
    windowTo: window.to,
    durationMs: Math.round(run.durationMs),
  };
  const [row] = await db.insert(detectionRuns).values(values).returning();
  return row as DetectionRun;
}

export type RunQuery = {
  trigger?: DetectionTrigger;
  limit?: number;
  /** The id of the last run of the page before. */
  before?: number;
  /** Without the runs after a drain that found nobody: there can be one every second. */
  isTelling?: boolean;
};

const isSilent = sql`(${detectionRuns.trigger} = 'drain' and ${detectionRuns.flagged} = 0 and ${detectionRuns.error} is null)`;

/** Runs, the last first. */
export async function listRuns(db: Querier, query: RunQuery = {}): Promise<DetectionRun[]> {
  return db
    .select()
    .from(detectionRuns)
    .where(
      and(
        query.trigger ? eq(detectionRuns.trigger, query.trigger) : undefined,
        query.before ? lt(detectionRuns.id, query.before) : undefined,
        query.isTelling ? not(isSilent) : undefined,
      ),
    )
    .orderBy(desc(detectionRuns.id))
    .limit(Math.min(query.limit ?? 50, 500));
}

/** Runs after a drain that found nobody, and how many visitors they examined in all. */
export async function countSilentRuns(db: Querier, since: Date): Promise<{ runs: number; examined: number }> {
  const [row] = await db
    .select({ runs: count(), examined: sql<number>`coalesce(sum(${detectionRuns.examined}), 0)::int` })
    .from(detectionRuns)
    .where(and(gte(detectionRuns.startedAt, since), isSilent));
  return row ?? { runs: 0, examined: 0 };
}

export type HourOfDetection = {
  /** Start of the hour. */
  at: Date;
  /** Targets that became suspicious in it, or did so again: whoever is found by ten runs counts once. */
  found: number;
  blocked: number;
  failures: number;
};

/** What detection found in each of the last hours, the present one last and none left out. */
export async function readHours(db: Querier, now: Date, hours: number): Promise<HourOfDetection[]> {
  const rows = await db.execute<{ at: Date; found: number; blocked: number; failures: number }>(sql`
    select hour as at,
      coalesce(sum((details ->> 'created')::int + (details ->> 'reopened')::int), 0)::int as found,
      coalesce(sum((details ->> 'blocked')::int), 0)::int as blocked,
      count(error)::int as failures
    from generate_series(
      date_trunc('hour', ${now.toISOString()}::timestamptz, 'UTC') - make_interval(hours => ${hours - 1}),
      ${now.toISOString()}::timestamptz, interval '1 hour'
    ) as hour
    left join detection_runs on started_at >= hour and started_at < hour + interval '1 hour'
    group by hour order by hour`);
  return rows.map(({ at, ...counts }) => ({ at: new Date(at), ...counts }));
}

const RUN_MONTHS = 13;
/** Days that a run after a drain is kept which found nothing: there can be one every second. */
const SILENT_DAYS = 1;
/** Runs after a drain at the most: somebody who sends an attack a second makes more than a day's worth of them telling. */
const DRAIN_RUNS_MAX = 200_000;

export async function pruneRuns(db: Database, now: Date, drainRunsMax = DRAIN_RUNS_MAX): Promise<number> {
  const at = now.toISOString();
  const beyond = await beyondLast(db, "detection_runs", sql`trigger = 'drain'`, drainRunsMax);
  return deleteInBatches(
    db,
    "detection_runs",
    sql`started_at < ${at}::timestamptz - make_interval(months => ${RUN_MONTHS})
      or (trigger = 'drain' and flagged = 0 and error is null
        and started_at < ${at}::timestamptz - make_interval(days => ${SILENT_DAYS}))
      or (${beyond})`,
  );
}
