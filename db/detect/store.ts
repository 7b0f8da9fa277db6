import { inArray, sql } from "drizzle-orm";
import { DETECTION_ACTOR } from "@/db/audit-logs";
import type { Database } from "@/db/client";
import type { Flagged } from "@/db/detect/flagged";
import { pruneSuspicious } from "@/db/retention";
import { type SuspiciousIp, suspiciousIps } from "@/db/schema";
import type { SuspicionDetails, SuspicionFinding } from "@/db/suspicion-details";
import { combineScores } from "@/lib/detection/examine";
import { REASON_MULTIPLE } from "@/lib/detection/rules";
import { signalNames } from "@/lib/detection/signals";

export type StoredOutcome = "created" | "reopened" | "seen";
export type StoredRow = Pick<
  SuspiciousIp,
  "id" | "target" | "status" | "score" | "ip" | "network" | "automaticBlocks" | "followUp" | "followUpNote"
>;
export type Stored = { row: StoredRow; outcome: StoredOutcome };

/** New rows after which those beyond the bound go: not only once an hour, in which a network can send millions. */
const PRUNE_EVERY = 1000;
let newSincePruned = 0;

/** After so long a silence a target counts as found once more. */
const STORE_LOCK = 728_103;
const QUIET_MS = 3_600_000;

/**
 * Writes what was found, one row a target. A case that was resolved opens again with the new evidence alone; one that is
 * open, blocked or ignored stays what it is, and its evidence grows.
 */
export async function storeFlagged(db: Database, flagged: readonly Flagged[], now: Date): Promise<Stored[]> {
  if (flagged.length === 0) return [];
  const stored = await writeFlagged(db, flagged, now);
  newSincePruned += stored.filter(({ outcome }) => outcome === "created").length;
  if (newSincePruned >= PRUNE_EVERY) {
    newSincePruned = 0;
    await pruneSuspicious(db, new Date(0));
  }
  return stored;
}

function writeFlagged(db: Database, flagged: readonly Flagged[], now: Date): Promise<Stored[]> {
  return db.transaction(async (transaction) => {
    // One writer at a time: two that write the same new targets in another order would wait for each other forever.
    await transaction.execute(sql`select pg_advisory_xact_lock(${STORE_LOCK})`);
    const known = await transaction
      .select(KNOWN)
      .from(suspiciousIps)
      .where(
        inArray(
          suspiciousIps.target,
          flagged.map(({ target }) => target),
        ),
      )
      .orderBy(suspiciousIps.id)
      .for("update");
    const before = new Map(known.map((row) => [row.target, row]));
    const rows = flagged.map((one) => rowOf(one, before.get(one.target) ?? null, now));
    // All rows as one parameter: as many as there are columns and rows take Drizzle longer than Postgres.
    const stored = await transaction.execute<StoredRow>(sql`
      insert into suspicious_ips (${COLUMNS})
      select ${COLUMNS} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        target text, target_kind target_kind, network cidr, ip inet, reason text, reasons text[], score smallint,
        parts jsonb, first_detected timestamptz, last_detected timestamptz, detections int, status suspicious_status,
        status_by text, status_at timestamptz, details jsonb
      )
      on conflict (target) do update set
        network = excluded.network, ip = excluded.ip, reason = excluded.reason, reasons = excluded.reasons,
        score = excluded.score, parts = excluded.parts, last_detected = excluded.last_detected,
        detections = excluded.detections, status = excluded.status, status_by = excluded.status_by,
        status_at = excluded.status_at, details = excluded.details
      returning id, target, status, score, ip, network, automatic_blocks as "automaticBlocks",
        follow_up as "followUp", follow_up_note as "followUpNote"`);
    return stored.map((row) => ({ row, outcome: outcomeOf(before.get(row.target)) }));
  });
}

const COLUMNS = sql.raw(
  "target, target_kind, network, ip, reason, reasons, score, parts, first_detected, last_detected, detections, status, status_by, status_at, details",
);

/** What of an earlier case its next version rests on; the samples, by far the most of it, are made anew. */
const KNOWN = {
  target: suspiciousIps.target,
  status: suspiciousIps.status,
  statusBy: suspiciousIps.statusBy,
  statusAt: suspiciousIps.statusAt,
  firstDetected: suspiciousIps.firstDetected,
  lastDetected: suspiciousIps.lastDetected,
  detections: suspiciousIps.detections,
  findings: sql<SuspicionFinding[]>`${suspiciousIps.details}->'findings'`,
};
type Known = Pick<
  SuspiciousIp,
  "target" | "status" | "statusBy" | "statusAt" | "firstDetected" | "lastDetected" | "detections"
> & { findings: SuspicionFinding[] };

function outcomeOf(before: Known | undefined): StoredOutcome {
  if (!before) return "created";
  return before.status === "resolved" ? "reopened" : "seen";
}

/** A row by the names of its columns. */
function rowOf(flagged: Flagged, before: Known | null, now: Date): Record<string, unknown> {
  const continued = before && before.status !== "resolved" ? before : null;
  const findings = mergeFindings(continued?.findings ?? [], flagged, now);
  const reasons = findings.map(({ rule }) => rule);
  const isFoundAgain =
    before !== null && (!continued || now.getTime() - before.lastDetected.getTime() > QUIET_MS);
  return {
    target: flagged.target,
    target_kind: flagged.kind,
    network: flagged.network,
    ip: flagged.ip,
    reason: reasons.length > 1 ? REASON_MULTIPLE : reasons[0],
    reasons,
    score: combineScores(findings.map(({ score }) => score)),
    parts: Object.fromEntries(findings.map(({ rule, score }) => [rule, score])),
    first_detected: before?.firstDetected ?? now,
    last_detected: before && before.lastDetected > now ? before.lastDetected : now,
    detections: (before?.detections ?? 1) + (isFoundAgain ? 1 : 0),
    status: continued?.status ?? "open",
    status_by: continued?.statusBy ?? DETECTION_ACTOR,
    status_at: continued?.statusAt ?? now,
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
