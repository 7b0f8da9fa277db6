import { inArray, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import type { Flagged } from "@/db/detect/flagged";
import { type SuspiciousIp, suspiciousIps } from "@/db/schema";
import type { SuspicionDetails, SuspicionFinding } from "@/db/suspicion-details";
import { combineScores } from "@/lib/detection/examine";
import { REASON_MULTIPLE } from "@/lib/detection/rules";
import { signalNames } from "@/lib/detection/signals";

export type StoredOutcome = "created" | "reopened" | "seen";
export type Stored = { row: SuspiciousIp; outcome: StoredOutcome };

/** Who decided about a row that no administrator has touched. */
export const DETECTION_ACTOR = "detection";
/** After so long a silence a target counts as found once more. */
const STORE_LOCK = 728_103;
const QUIET_MS = 3_600_000;

/**
 * Writes what was found, one row a target. A case that was resolved opens again with the new evidence alone; one that is
 * open, blocked or ignored stays what it is, and its evidence grows.
 */
export async function storeFlagged(db: Database, flagged: readonly Flagged[], now: Date): Promise<Stored[]> {
  if (flagged.length === 0) return [];
  return db.transaction(async (transaction) => {
    // One writer at a time: two that write the same new targets in another order would wait for each other forever.
    await transaction.execute(sql`select pg_advisory_xact_lock(${STORE_LOCK})`);
    const targets = flagged.map(({ target }) => target);
    const known = await transaction
      .select()
      .from(suspiciousIps)
      .where(inArray(suspiciousIps.target, targets))
      .orderBy(suspiciousIps.id)
      .for("update");
    const before = new Map(known.map((row) => [row.target, row]));
    const values = flagged.map((one) => rowOf(one, before.get(one.target) ?? null, now));
    const set = Object.fromEntries(
      REFRESHED.map((name) => [name, sql.raw(`excluded.${suspiciousIps[name].name}`)]),
    );
    const rows = await transaction
      .insert(suspiciousIps)
      .values(values)
      .onConflictDoUpdate({ target: suspiciousIps.target, set })
      .returning();
    return rows.map((row) => ({ row, outcome: outcomeOf(before.get(row.target)) }));
  });
}

const REFRESHED = [
  "network",
  "ip",
  "reason",
  "reasons",
  "score",
  "parts",
  "lastDetected",
  "detections",
  "status",
  "statusBy",
  "statusAt",
  "details",
] as const;

function outcomeOf(before: SuspiciousIp | undefined): StoredOutcome {
  if (!before) return "created";
  return before.status === "resolved" ? "reopened" : "seen";
}

function rowOf(flagged: Flagged, before: SuspiciousIp | null, now: Date): typeof suspiciousIps.$inferInsert {
  const continued = before && before.status !== "resolved" ? before : null;
  const findings = mergeFindings(continued?.details.findings ?? [], flagged, now);
  const reasons = findings.map(({ rule }) => rule);
  const isFoundAgain =
    before !== null && (!continued || now.getTime() - before.lastDetected.getTime() > QUIET_MS);
  return {
    target: flagged.target,
    targetKind: flagged.kind,
    network: flagged.network,
    ip: flagged.ip,
    reason: reasons.length > 1 ? REASON_MULTIPLE : (reasons[0] as string),
    reasons,
    score: combineScores(findings.map(({ score }) => score)),
    parts: Object.fromEntries(findings.map(({ rule, score }) => [rule, score])),
    firstDetected: before?.firstDetected ?? now,
    lastDetected: before && before.lastDetected > now ? before.lastDetected : now,
    detections: (before?.detections ?? 1) + (isFoundAgain ? 1 : 0),
    status: continued?.status ?? "open",
    statusBy: continued?.statusBy ?? DETECTION_ACTOR,
    statusAt: continued?.statusAt ?? now,
    details: detailsOf(flagged, findings),
  };
}

/** Today's findings, and those of other rules from before. */
function mergeFindings(
  old: readonly SuspicionFinding[],
  { findings }: Flagged,
  now: Date,
): SuspicionFinding[] {
  const at = now.toISOString();
  const rules = new Set<string>(findings.map(({ rule }) => rule));
  return [...findings.map((finding) => ({ ...finding, at })), ...old.filter(({ rule }) => !rules.has(rule))];
}

function detailsOf({ window, samples, range }: Flagged, findings: SuspicionFinding[]): SuspicionDetails {
  return {
    window: { from: window.from.toISOString(), to: window.to.toISOString() },
    findings,
    samples: samples.map((sample) => ({ ...sample, signals: signalNames(sample.signals) })),
    ...(range ? { range } : {}),
  };
}
