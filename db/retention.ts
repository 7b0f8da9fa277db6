import { sql } from "drizzle-orm";
import { DETECTION_ACTOR, pruneDetectionAudits } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import { pruneEndedRules } from "@/db/ip-rules";
import { prunePartitions } from "@/db/partitions";
import { forgetTexts } from "@/db/texts";

const DAY_MS = 86_400_000;

/** Suspicious addresses that nobody has decided about; more than an administrator will ever look at. */
export const UNDECIDED_MAX = 100_000;

export type Pruned = {
  partitions: number;
  requests: number;
  rollups: number;
  texts: number;
  suspicious: number;
  rules: number;
  audits: number;
};

/**
 * Drops raw rows after `days` and rollups after `rollupMonths`, texts that no row names any more, suspicious addresses
 * whose requests are gone and for which nothing is in force, and with the rollups of their time the rules that have ended
 * and what detection did by itself.
 */
export async function pruneRecords(
  db: Database,
  now: Date,
  keep: { days: number; rollupMonths: number },
): Promise<Pruned> {
  const { dropped, deleted } = await prunePartitions(db, new Date(now.getTime() - keep.days * DAY_MS));
  const limit = new Date(now);
  limit.setUTCMonth(limit.getUTCMonth() - keep.rollupMonths);
  const rollups = await db.execute(
    sql`delete from traffic_rollups where bucket < ${limit.toISOString()}::timestamptz`,
  );
  const texts = dropped.length > 0 || deleted > 0 ? await forgetTexts(db) : 0;
  const suspicious = await pruneSuspicious(db, new Date(now.getTime() - keep.days * DAY_MS));
  const rules = await pruneEndedRules(db, now, limit);
  const audits = await pruneDetectionAudits(db, limit);
  const partitions = dropped.length;
  return { partitions, requests: deleted, rollups: rollups.count, texts, suspicious, rules, audits };
}

/**
 * What an administrator ignores stays ignored, and what is blocked stays with its block; but of what detection itself put
 * down as blocked only so many: out of one blocked network come as many visitors as somebody likes to invent. Answers how
 * many are gone.
 */
export async function pruneSuspicious(db: Database, before: Date, max = UNDECIDED_MAX): Promise<number> {
  const { count } = await db.execute(sql`
    delete from suspicious_ips where
      (status in ('open', 'resolved') and (
        last_detected < ${before.toISOString()}::timestamptz
        or id in (
          select id from suspicious_ips where status in ('open', 'resolved')
          order by last_detected desc, id desc offset ${max})))
      or (status = 'blocked' and status_by = ${DETECTION_ACTOR} and id in (
        select id from suspicious_ips where status = 'blocked' and status_by = ${DETECTION_ACTOR}
        order by last_detected desc, id desc offset ${max}))`);
  return count;
}
