import { and, desc, eq, lt, sql } from "drizzle-orm";
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

export type RunQuery = { trigger?: DetectionTrigger; limit?: number; before?: number };

/** Runs, the last first; `before` is the id of the last one of the page before. */
export async function listRuns(db: Querier, query: RunQuery = {}): Promise<DetectionRun[]> {
  return db
    .select()
    .from(detectionRuns)
    .where(
      and(
        query.trigger ? eq(detectionRuns.trigger, query.trigger) : undefined,
        query.before ? lt(detectionRuns.id, query.before) : undefined,
      ),
    )
    .orderBy(desc(detectionRuns.id))
    .limit(Math.min(query.limit ?? 50, 500));
}

const RUN_MONTHS = 13;
/** Days that a run after a drain is kept which found nothing: there can be one every second. */
const SILENT_DAYS = 1;

export async function pruneRuns(db: Database, now: Date): Promise<number> {
  const at = now.toISOString();
  const { count } = await db.execute(sql`
    delete from detection_runs
    where started_at < ${at}::timestamptz - make_interval(months => ${RUN_MONTHS})
      or (trigger = 'drain' and flagged = 0 and error is null
        and started_at < ${at}::timestamptz - make_interval(days => ${SILENT_DAYS}))`);
  return count;
}
