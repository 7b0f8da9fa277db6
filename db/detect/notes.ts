import { sql } from "drizzle-orm";
import { DETECTION_ACTOR } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import type { StoredRow } from "@/db/detect/store";
import type { SuspiciousIp } from "@/db/schema";

/** What followed for a case in a run; a case without room keeps it as one that failed, with the reason in words. */
export type Outcome = SuspiciousIp["followUp"] | "no-room";

/** What followed for a case, and why; `heldBy` is the rule that blocks it already. */
export type Note = { row: StoredRow; outcome: Outcome; text: string; heldBy?: number };

/**
 * Writes the notes that have changed, all at once. A case that a block holds already is blocked from now on. That leaves
 * no row in the audit log: nobody did anything, and out of a blocked network anybody can be sent by the million.
 */
export async function writeNotes(db: Database, notes: readonly Note[]): Promise<void> {
  const changed = notes.filter(
    ({ row, outcome, text, heldBy }) =>
      row.followUp !== keptAs(outcome) ||
      row.followUpNote !== text ||
      (heldBy !== undefined && row.status !== "blocked"),
  );
  if (changed.length === 0) return;
  const rows = changed.map(({ row, outcome, text, heldBy }) => ({
    id: row.id,
    outcome: keptAs(outcome),
    text,
    rule: heldBy ?? null,
  }));
  const isHeld = sql`note.rule is not null and target.status = 'open'`;
  // Locked in one order: another detection may write the same cases.
  await db.execute(sql`
    with note as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as one (id int, outcome follow_up, text text, rule int)
    ), known as materialized (
      select id from suspicious_ips where id in (select id from note) order by id for update
    )
    update suspicious_ips as target set follow_up = note.outcome, follow_up_note = note.text,
      rule_id = case when ${isHeld} then note.rule else target.rule_id end,
      status_by = case when ${isHeld} then ${DETECTION_ACTOR} else target.status_by end,
      status_at = case when ${isHeld} then clock_timestamp() else target.status_at end,
      status = case when ${isHeld} then 'blocked' else target.status end
    from note join known using (id)
    where target.id = note.id`);
}

const keptAs = (outcome: Outcome): SuspiciousIp["followUp"] => (outcome === "no-room" ? "failed" : outcome);
