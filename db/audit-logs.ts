import type { Querier } from "@/db/client";
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
