import { sql } from "drizzle-orm";
import { beyondLast, deleteInBatches } from "@/db/batches";
import type { Database, Querier } from "@/db/client";
import { auditLogs } from "@/db/schema";

/**
 * One change, as an administrator reads it later. `actor` is a username or the name of a job, `action` a verb such as
 * `sign-in`, `subject` what it was done to, such as `user:admin`. Neither a password nor, in hashed mode, an address
 * may stand in `before` or `after`.
 */
export type AuditEntry = {
  actor: string;
  action: string;
  subject: string;
  before?: Readonly<Record<string, unknown>> | null;
  after?: Readonly<Record<string, unknown>> | null;
};

/** Writes the row in the caller's transaction, so that a change and its trace stand or fall together. */
export async function writeAudit(querier: Querier, entry: AuditEntry): Promise<void> {
  await querier.insert(auditLogs).values({
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    before: entry.before ?? null,
    after: entry.after ?? null,
  });
}

/** Who did what no person did: a block of detection by itself. */
export const DETECTION_ACTOR = "detection";

/** Entries of detection's own making at the most: two a block, and an attacker can bring about a block a second and more. */
const DETECTION_ENTRIES_MAX = 200_000;

/**
 * Drops what detection did by itself before a time, and beyond a number. What a person did stays for good. Answers how
 * many entries are gone.
 */
export async function pruneDetectionAudits(
  db: Database,
  before: Date,
  max = DETECTION_ENTRIES_MAX,
): Promise<number> {
  const own = sql`actor = ${DETECTION_ACTOR} and action in ('block', 'change-rule', 'block-suspicious')`;
  const beyond = await beyondLast(db, "audit_logs", own, max);
  const old = sql`${own} and occurred_at < ${before.toISOString()}::timestamptz`;
  return deleteInBatches(db, "audit_logs", sql`(${old}) or (${beyond})`);
}
