import { eq, sql } from "drizzle-orm";
import { type Candidate, type Guard, judge } from "@/db/collateral";
import type { Flagged } from "@/db/detect/flagged";
import { DETECTION_ACTOR, type Stored, type StoredRow } from "@/db/detect/store";
import { blockLength, type DetectionPolicy } from "@/db/detection-policy";
import { type EnforcementDeps, saveRule } from "@/db/enforcement";
import { type SuspiciousIp, suspiciousIps } from "@/db/schema";
import { setStatus } from "@/db/suspicion-verbs";
import type { Finding } from "@/lib/detection/rules";
import { AppError, messageOf } from "@/lib/errors";

export type FollowUp = SuspiciousIp["followUp"];

/**
 * Does what the policy says with what was found: blocks, longer each time, or only says that it would have. Nothing
 * follows for a case that an administrator ignores, nor for a visitor whom the guard protects. Publishes once.
 */
export async function followUp(
  found: readonly { stored: Stored; flagged: Flagged }[],
  deps: { enforcement: EnforcementDeps; policy: DetectionPolicy; guard: Guard; now: Date },
): Promise<{ target: string; outcome: FollowUp }[]> {
  const { db } = deps.enforcement;
  const open = found.filter(({ stored }) => stored.row.status !== "ignored");
  const judgements = await judge(
    db,
    open.map(({ flagged }) => candidateOf(flagged)),
    deps.guard,
  );
  const notes: Note[] = [];
  const outcomes: { target: string; outcome: FollowUp }[] = [];
  for (const [index, { stored, flagged }] of open.entries()) {
    const { refusal, blockedBy } = judgements[index] ?? { refusal: null, blockedBy: null };
    const { row } = stored;
    const finding = decisive(flagged.findings, deps.policy);
    if (blockedBy !== null) {
      if (row.status !== "blocked")
        await setStatus(db, row.id, "blocked", "block-suspicious", DETECTION_ACTOR, blockedBy);
      notes.push({ row, outcome: "blocked", text: `A block is in force already (rule ${blockedBy}).` });
      continue;
    }
    const note = refusal
      ? { row, outcome: "guarded" as const, text: refusal }
      : deps.policy[finding.rule] === "enforce"
        ? await block(row, finding, deps)
        : wouldBlock(row, finding);
    notes.push(note);
    outcomes.push({ target: row.target, outcome: note.outcome });
  }
  await writeNotes(db, notes);
  if (outcomes.some(({ outcome }) => outcome === "blocked")) await publish(deps.enforcement);
  return outcomes;
}

/** What followed for a case, and why. */
type Note = { row: StoredRow; outcome: FollowUp; text: string };

function wouldBlock(row: StoredRow, { rule }: Finding): Note {
  const span = blockLength(row.automaticBlocks).words;
  return { row, outcome: "would-block", text: `Enforced, ${rule} would block it for ${span}.` };
}

function candidateOf({ target, kind, network, ip, crawler }: Flagged): Candidate {
  return { target, kind, network, ip, crawler };
}

/** The finding of most weight, of those that are enforced where there are any. */
function decisive(findings: readonly Finding[], policy: DetectionPolicy): Finding {
  const enforced = findings.filter(({ rule }) => policy[rule] === "enforce");
  const [first, ...others] = enforced.length > 0 ? enforced : findings;
  return others.reduce((best, one) => (one.score > best.score ? one : best), first as Finding);
}

async function block(
  row: StoredRow,
  finding: Finding,
  { enforcement, now }: { enforcement: EnforcementDeps; now: Date },
): Promise<Note> {
  const { db } = enforcement;
  const expiresAt = new Date(now.getTime() + blockLength(row.automaticBlocks).seconds * 1000);
  try {
    const { rule } = await saveRule(
      {
        action: "block",
        target: row.ip ?? row.target,
        network: row.network,
        reason: finding.sentence,
        expiresAt,
      },
      { name: DETECTION_ACTOR, origin: `detection:${finding.rule}`, ownIp: null },
      { ...enforcement, publish: async () => {} },
    );
    await setStatus(db, row.id, "blocked", "block-suspicious", DETECTION_ACTOR, rule.id);
    await db
      .update(suspiciousIps)
      .set({ automaticBlocks: sql`${suspiciousIps.automaticBlocks} + 1` })
      .where(eq(suspiciousIps.id, row.id));
    return { row, outcome: "blocked", text: "" };
  } catch (error) {
    if (error instanceof AppError) return { row, outcome: "guarded", text: error.message };
    enforcement.warn(`Detection could not block ${row.target}: ${messageOf(error)}`);
    return { row, outcome: "failed", text: `It could not be blocked: ${messageOf(error)}` };
  }
}

/** Writes the notes that have changed, all at once. */
async function writeNotes(db: EnforcementDeps["db"], notes: readonly Note[]): Promise<void> {
  const changed = notes.filter(
    ({ row, outcome, text }) => row.followUp !== outcome || row.followUpNote !== text,
  );
  if (changed.length === 0) return;
  const rows = changed.map(({ row, outcome, text }) => ({ id: row.id, outcome, text }));
  await db.execute(sql`
    update suspicious_ips set follow_up = note.outcome, follow_up_note = note.text
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as note (id int, outcome follow_up, text text)
    where suspicious_ips.id = note.id`);
}

// The rules are saved, and publish-rules carries them to the doors as soon as the edge store answers again.
async function publish({ publish: bring, warn }: EnforcementDeps): Promise<void> {
  try {
    await bring();
  } catch (error) {
    warn(`Blocks of detection are saved and not yet published: ${messageOf(error)}`);
  }
}
