import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { prunePartitions } from "@/db/partitions";

const DAY_MS = 86_400_000;

/** Drops raw rows after `days` and rollups after `rollupMonths`, and user agents that no row names any more. */
export async function pruneRecords(
  db: Database,
  now: Date,
  keep: { days: number; rollupMonths: number },
): Promise<{ partitions: number; rollups: number; userAgents: number }> {
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
  return { partitions: dropped.length, rollups: rollups.count, userAgents: agents.count };
}
