import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { prunePartitions } from "@/db/partitions";

const DAY_MS = 86_400_000;

/** Suspicious addresses that nobody has decided about; more than an administrator will ever look at. */
export const UNDECIDED_MAX = 100_000;

/**
 * Drops raw rows after `days` and rollups after `rollupMonths`, user agents that no row names any more, and suspicious
 * addresses whose requests are gone and for which nothing is in force.
 */
export async function pruneRecords(
  db: Database,
  now: Date,
  keep: { days: number; rollupMonths: number },
): Promise<{ partitions: number; rollups: number; userAgents: number; suspicious: number }> {
  const { dropped } = await prunePartitions(db, new Date(now.getTime() - keep.days * DAY_MS));
  const limit = new Date(now);
  limit.setUTCMonth(limit.getUTCMonth() - keep.rollupMonths);
  const rollups = await db.execute(
    sql`delete from traffic_rollups where bucket < ${limit.toISOString()}::timestamptz`,
  );
  // An agent is only forgotten with the rows that named it, so that a row never loses its agent.
  const agents =
    dropped.length === 0
      ? { count: 0 }
      : await db.execute(sql`
          delete from user_agents agent
          where first_seen < now() - interval '1 day'
            and not exists (select from request_logs where user_agent_id = agent.id)`);
  const suspicious = await pruneSuspicious(db, new Date(now.getTime() - keep.days * DAY_MS));
  return { partitions: dropped.length, rollups: rollups.count, userAgents: agents.count, suspicious };
}

/** What an administrator ignores stays ignored, and what is blocked stays with its block. Answers how many are gone. */
export async function pruneSuspicious(db: Database, before: Date, max = UNDECIDED_MAX): Promise<number> {
  const { count } = await db.execute(sql`
    delete from suspicious_ips where status in ('open', 'resolved') and (
      last_detected < ${before.toISOString()}::timestamptz
      or id in (
        select id from suspicious_ips where status in ('open', 'resolved')
        order by last_detected desc, id desc offset ${max}))`);
  return count;
}
