import { type Candidate, type Guard, judge } from "@/db/collateral";
import type { BlockQueue, Wish } from "@/db/detect/block-queue";
import type { Flagged } from "@/db/detect/flagged";
import { type Note, type Outcome, writeNotes } from "@/db/detect/notes";
import type { Stored, StoredRow } from "@/db/detect/store";
import { blockLength, type DetectionPolicy } from "@/db/detection-policy";
import type { EnforcementDeps } from "@/db/enforcement";
import type { Finding } from "@/lib/detection/rules";

export type FollowUp = { target: string; outcome: Outcome };

/**
 * Does what the policy says with what was found: blocks, longer each time, or only says that it would have. Nothing
 * follows for a case that an administrator ignores, nor for a visitor whom the guard protects. Of those that the queue
 * holds back nothing is answered yet: see `followUpHeld`.
 */
export async function followUp(
  found: readonly { stored: Stored; flagged: Flagged }[],
  deps: { enforcement: EnforcementDeps; policy: DetectionPolicy; guard: Guard; blocks: BlockQueue },
): Promise<FollowUp[]> {
  const { db } = deps.enforcement;
  const open = found.filter(({ stored }) => stored.row.status !== "ignored");
  const judgements = await judge(
    db,
    open.map(({ flagged }) => candidateOf(flagged)),
    deps.guard,
  );
  const notes: Note[] = [];
  const wishes: Wish[] = [];
  for (const [index, { stored, flagged }] of open.entries()) {
    const { refusal, blockedBy } = judgements[index] ?? { refusal: null, blockedBy: null };
    const { row } = stored;
    const finding = decisive(flagged.findings, deps.policy);
    if (blockedBy !== null) {
      const text = `A block is in force already (rule ${blockedBy}).`;
      notes.push({ row, outcome: "blocked", text, heldBy: blockedBy });
    } else if (refusal) notes.push({ row, outcome: "guarded", text: refusal });
    else if (deps.policy[finding.rule] === "enforce") wishes.push({ row, finding });
    else notes.push(wouldBlock(row, finding));
  }
  notes.push(...(await deps.blocks.take(wishes)));
  await writeNotes(db, notes);
  return outcomesOf(notes);
}

/** What followed, at the end of a run, for those that were held back while room was scarce. */
export async function followUpHeld(db: EnforcementDeps["db"], blocks: BlockQueue): Promise<FollowUp[]> {
  const notes = await blocks.finish();
  await writeNotes(db, notes);
  return outcomesOf(notes);
}

/** A block that was there before is no outcome of this run. */
function outcomesOf(notes: readonly Note[]): FollowUp[] {
  return notes
    .filter(({ heldBy }) => heldBy === undefined)
    .map(({ row, outcome }) => ({ target: row.target, outcome }));
}

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
