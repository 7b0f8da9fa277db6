import { eq, inArray, sql } from "drizzle-orm";
import { writeAudit } from "@/db/audit-logs";
import type { Querier } from "@/db/client";
import { type Actor, type EnforcementDeps, enforcementDeps, saveRule } from "@/db/enforcement";
import { type SuspiciousIp, type SuspiciousStatus, suspiciousIps } from "@/db/schema";
import { labelOf } from "@/db/suspicious-ips";
import { AppError, messageOf } from "@/lib/errors";

/** What came of a change to many targets: those that changed, and those that did not with the sentence why. */
export type SuspicionChange = {
  changed: number[];
  refused: { id: number; label: string; message: string }[];
  /** False where a block is saved and the edge store did not take it yet; `publish-rules` will bring it there. */
  published: boolean;
};

/** Targets of one call at the most. */
export const TARGETS_MAX = 500;

/** Blocks targets until a time, or for good, and publishes once. */
export async function blockSuspicious(
  ids: readonly number[],
  block: { expiresAt: Date | null; reason?: string; force?: boolean },
  actor: Actor,
  deps: EnforcementDeps = enforcementDeps(),
): Promise<SuspicionChange> {
  const change: SuspicionChange = { changed: [], refused: [], published: true };
  for (const row of await readRows(deps.db, ids)) {
    try {
      const draft = {
        action: "block" as const,
        target: row.ip ?? row.target,
        network: row.network,
        reason: block.reason?.trim() || `Suspicious: ${row.reasons.join(", ")}`,
        expiresAt: block.expiresAt,
        force: block.force,
      };
      const { rule } = await saveRule(draft, actor, { ...deps, publish: async () => {} });
      await setStatus(deps.db, row.id, "blocked", "block-suspicious", actor.name, rule.id);
      change.changed.push(row.id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      change.refused.push({ id: row.id, label: labelOf(row), message: error.message });
    }
  }
  if (change.changed.length > 0) change.published = await publishOnce(deps);
  return change;
}

/** Leaves targets alone from now on, whatever they do. A block that is in force stays: end it by its rule. */
export function ignoreSuspicious(ids: readonly number[], actor: Actor, deps = enforcementDeps()) {
  return changeStatus(ids, "ignored", "ignore-suspicious", actor, deps);
}

/** Closes cases; what a target does from now on opens it again. */
export function resolveSuspicious(ids: readonly number[], actor: Actor, deps = enforcementDeps()) {
  return changeStatus(ids, "resolved", "resolve-suspicious", actor, deps);
}

export function reopenSuspicious(ids: readonly number[], actor: Actor, deps = enforcementDeps()) {
  return changeStatus(ids, "open", "reopen-suspicious", actor, deps);
}

async function changeStatus(
  ids: readonly number[],
  status: SuspiciousStatus,
  verb: string,
  actor: Actor,
  deps: EnforcementDeps,
): Promise<SuspicionChange> {
  const changed: number[] = [];
  for (const row of await readRows(deps.db, ids)) {
    if (await setStatus(deps.db, row.id, status, verb, actor.name)) changed.push(row.id);
  }
  return { changed, refused: [], published: true };
}

async function readRows(db: Querier, ids: readonly number[]): Promise<SuspiciousIp[]> {
  if (ids.length > TARGETS_MAX) throw new AppError("bad-input", `At most ${TARGETS_MAX} at once.`);
  if (ids.length === 0) return [];
  const rows = await db
    .select()
    .from(suspiciousIps)
    .where(inArray(suspiciousIps.id, [...ids]));
  if (rows.length === 0) throw new AppError("not-found", "None of these is on record any more.");
  return rows;
}

/** Sets a status and leaves its trace, both or none; false where it is set already. */
export async function setStatus(
  db: EnforcementDeps["db"],
  id: number,
  status: SuspiciousStatus,
  verb: string,
  actor: string,
  ruleId?: number,
): Promise<boolean> {
  return db.transaction(async (transaction) => {
    const [before] = await transaction
      .select()
      .from(suspiciousIps)
      .where(eq(suspiciousIps.id, id))
      .for("update");
    if (!before || (before.status === status && ruleId === undefined)) return false;
    await transaction
      .update(suspiciousIps)
      .set({
        status,
        statusBy: actor,
        statusAt: sql`clock_timestamp()`,
        ...(ruleId === undefined ? {} : { ruleId }),
      })
      .where(eq(suspiciousIps.id, id));
    await writeAudit(transaction, {
      actor,
      action: verb,
      subject: `suspicious:${id}`,
      before: { target: labelOf({ ...before, ip: null }), status: before.status },
      after: { status, reasons: before.reasons, ...(ruleId === undefined ? {} : { ruleId }) },
    });
    return true;
  });
}

async function publishOnce(deps: EnforcementDeps): Promise<boolean> {
  try {
    await deps.publish();
    return true;
  } catch (error) {
    deps.warn(`Blocks are saved, but the edge store does not answer: ${messageOf(error)}`);
    return false;
  }
}

/**
 * Closes cases whose block has ended, by its time or by hand: from then on the target starts anew, and what it does
 * opens the case again. Answers how many.
 */
export async function settleEndedBlocks(db: Querier): Promise<number> {
  const { count } = await db.execute(sql`
    update suspicious_ips as target set status = 'resolved', status_by = 'expire-rules', status_at = now()
    where target.status = 'blocked' and not exists (
      select from ip_rules rule
      where rule.id = target.rule_id and rule.is_active and (rule.expires_at is null or rule.expires_at > now())
    )`);
  return count;
}
