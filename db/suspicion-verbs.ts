import { eq, inArray, sql } from "drizzle-orm";
import { writeAudit } from "@/db/audit-logs";
import type { Querier } from "@/db/client";
import { type Actor, type EnforcementDeps, endRule, enforcementDeps, saveRule } from "@/db/enforcement";
import { findIpRule } from "@/db/ip-rules";
import { type SuspiciousIp, type SuspiciousStatus, suspiciousIps } from "@/db/schema";
import { labelOf } from "@/db/suspicious-ips";
import { ruleName } from "@/lib/detection/rule-names";
import { AppError, messageOf } from "@/lib/errors";
import { formatRange, parseIp, subnetOf } from "@/lib/ip";

/** A target that did not change, and the sentence why. */
export type RefusedTarget = { id: number; label: string; message: string; mayForce: boolean };

/** What came of a change to many targets. */
export type SuspicionChange = {
  changed: number[];
  refused: RefusedTarget[];
  /** What takes the change back: the targets that can be, with the status that each had. */
  undo: { id: number; status: SuspiciousStatus }[];
  /** False where rules are saved and the edge store did not take them yet; `publish-rules` will bring them there. */
  published: boolean;
};

/** Targets of one call at the most. */
export const TARGETS_MAX = 500;

export type SuspicionBlock = {
  expiresAt: Date | null;
  reason?: string;
  note?: string;
  /** `network`: everybody in the target's /24 or /48. */
  scope?: "target" | "network";
  force?: boolean;
};

/** What a block says by itself: `Suspicious: Known exploit, Crawl`. */
const suspicionWords = (reasons: readonly string[]): string =>
  `Suspicious: ${reasons.map((reason) => ruleName(reason).title).join(", ")}`;

/** Blocks targets until a time, or for good, and publishes once. A rule that is there already is changed. */
export async function blockSuspicious(
  ids: readonly number[],
  block: SuspicionBlock,
  actor: Actor,
  deps: EnforcementDeps = enforcementDeps(),
): Promise<SuspicionChange> {
  const { expiresAt, note, force } = block;
  return changeEach(ids, deps, async (row, quiet) => {
    const draft = {
      action: "block" as const,
      target: block.scope === "network" ? row.network : ownTarget(row),
      network: row.network,
      reason: block.reason?.trim() || suspicionWords(row.reasons),
      expiresAt,
      note,
      force,
    };
    const { rule, outcome } = await saveRule(draft, actor, quiet);
    await setStatus(deps.db, row.id, "blocked", "block-suspicious", actor.name, rule.id);
    return { isChanged: true, canUndo: outcome === "created" };
  });
}

/**
 * Ends the blocks of targets and closes their cases: what one does from now on opens its case again. A block that holds
 * more than the target stays, and is named.
 */
export async function unblockSuspicious(
  ids: readonly number[],
  actor: Actor,
  deps: EnforcementDeps = enforcementDeps(),
): Promise<SuspicionChange> {
  return changeEach(ids, deps, async (row, quiet) => {
    if (row.status !== "blocked") return { isChanged: false, canUndo: false };
    await endBlock(row, actor, quiet);
    await setStatus(deps.db, row.id, "resolved", "unblock-suspicious", actor.name);
    return { isChanged: true, canUndo: false };
  });
}

/** Gives targets the status back that they had before a change, and ends the blocks that it made where asked. */
export async function undoSuspicious(
  undo: SuspicionChange["undo"],
  options: { endBlocks: boolean },
  actor: Actor,
  deps: EnforcementDeps = enforcementDeps(),
): Promise<SuspicionChange> {
  const before = new Map(undo.map(({ id, status }) => [id, status]));
  return changeEach([...before.keys()], deps, async (row, quiet) => {
    if (options.endBlocks && row.status === "blocked") await endBlock(row, actor, quiet);
    const status = before.get(row.id) ?? row.status;
    const isChanged = await setStatus(deps.db, row.id, status, "undo-suspicious", actor.name);
    return { isChanged, canUndo: false };
  });
}

/** What a block of a case is on: the visitor's hash, or where addresses are stored his address, of IPv6 the /64. */
function ownTarget(row: SuspiciousIp): string {
  const ip = row.ip === null ? null : parseIp(row.ip);
  const subnet = ip && subnetOf(ip);
  return subnet ? formatRange(subnet) : (row.ip ?? row.target);
}

async function endBlock(row: SuspiciousIp, actor: Actor, deps: EnforcementDeps): Promise<void> {
  const rule = row.ruleId === null ? null : await findIpRule(deps.db, row.ruleId);
  if (!rule?.isActive) return;
  const isOwn = rule.target === row.target || rule.target === ownTarget(row);
  // A network that was blocked from this very row is its own, too: only then does the case name it.
  const isBlockedHere = rule.target === row.network && row.statusBy !== "detection";
  if (!isOwn && !isBlockedHere)
    throw new AppError(
      "conflict",
      `It is held by rule ${rule.id} on ${rule.label}: end that one on the page “Blocked IPs”.`,
    );
  await endRule(rule.id, actor, deps);
}

type OneChange = { isChanged: boolean; canUndo: boolean };

/** Changes targets one by one; what one of them refuses is told and stops none of the others. Publishes once. */
async function changeEach(
  ids: readonly number[],
  deps: EnforcementDeps,
  change: (row: SuspiciousIp, quiet: EnforcementDeps) => Promise<OneChange>,
): Promise<SuspicionChange> {
  const result: SuspicionChange = { changed: [], refused: [], undo: [], published: true };
  let isRuleChanged = false;
  const quiet = {
    ...deps,
    publish: async () => {
      isRuleChanged = true;
    },
  };
  for (const row of await readRows(deps.db, ids)) {
    try {
      const { isChanged, canUndo } = await change(row, quiet);
      if (isChanged) result.changed.push(row.id);
      if (isChanged && canUndo) result.undo.push({ id: row.id, status: row.status });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, code } = error;
      result.refused.push({ id: row.id, label: labelOf(row), message, mayForce: code === "protected" });
    }
  }
  if (isRuleChanged) result.published = await publishOnce(deps);
  return result;
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
  return changeEach(ids, deps, async (row) => {
    const isChanged = await setStatus(deps.db, row.id, status, verb, actor.name);
    return { isChanged, canUndo: true };
  });
}

async function readRows(db: Querier, ids: readonly number[]): Promise<SuspiciousIp[]> {
  if (ids.length > TARGETS_MAX) throw new AppError("bad-input", `At most ${TARGETS_MAX} at once.`);
  if (ids.length === 0) return [];
  const rows = await db
    .select()
    .from(suspiciousIps)
    .where(inArray(suspiciousIps.id, [...ids]))
    .orderBy(suspiciousIps.id);
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
    deps.warn(`Rules are saved, but the edge store does not answer: ${messageOf(error)}`);
    return false;
  }
}

/**
 * Brings cases in line with the rules that others made or ended. One whose target is blocked needs no decision any more.
 * One whose block has ended, by its time or by hand, is closed: from then on the target starts anew, and what it does
 * opens the case again. Answers how many were closed.
 */
export async function settleEndedBlocks(db: Querier): Promise<number> {
  await db.execute(sql`
    update suspicious_ips as target
    set status = 'blocked', rule_id = rule.id, status_by = rule.created_by, status_at = now()
    from ip_rules rule
    where target.status = 'open' and rule.action = 'block' and rule.is_active
      and (rule.expires_at is null or rule.expires_at > now())
      and rule.target in (target.target, host(target.ip))`);
  const { count } = await db.execute(sql`
    update suspicious_ips as target set status = 'resolved', status_by = 'expire-rules', status_at = now()
    where target.status = 'blocked' and not exists (
      select from ip_rules rule
      where rule.id = target.rule_id and rule.is_active and (rule.expires_at is null or rule.expires_at > now())
    )`);
  return count;
}
