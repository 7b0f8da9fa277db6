import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { prunePartitions } from "@/db/partitions";
import { forgetTexts } from "@/db/texts";

const DAY_MS = 86_400_000;

/** Suspicious addresses that nobody has decided about; more than an administrator will ever look at. */
export const UNDECIDED_MAX = 100_000;

/**
 * Drops raw rows after `days` and rollups after `rollupMonths`, texts that no row names any more, and suspicious
 * addresses whose requests are gone and for which nothing is in force.
 */
export async function pruneRecords(
  db: Database,
  now: Date,
  keep: { days: number; rollupMonths: number },
): Promise<{ partitions: number; requests: number; rollups: number; texts: number; suspicious: number }> {
  const { dropped, deleted } = await prunePartitions(db, new Date(now.getTime() - keep.days * DAY_MS));
  const limit = new Date(now);
  limit.setUTCMonth(limit.getUTCMonth() - keep.rollupMonths);
  const rollups = await db.execute(
    sql`delete from traffic_rollups where bucket < ${limit.toISOString()}::timestamptz`,
  );
  const texts = dropped.length > 0 || deleted > 0 ? await forgetTexts(db) : 0;
  const suspicious = await pruneSuspicious(db, new Date(now.getTime() - keep.days * DAY_MS));
  return { partitions: dropped.length, requests: deleted, rollups: rollups.count, texts, suspicious };
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
