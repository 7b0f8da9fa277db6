import { eq, inArray, sql } from "drizzle-orm";
import { DETECTION_ACTOR } from "@/db/audit-logs";
import type { Note } from "@/db/detect/notes";
import type { StoredRow } from "@/db/detect/store";
import { blockLength } from "@/db/detection-policy";
import { type EnforcementDeps, saveRule } from "@/db/enforcement";
import { countDetectionBlocks } from "@/db/ip-rules";
import { afterLock } from "@/db/locks";
import { suspiciousIps } from "@/db/schema";
import { setStatus } from "@/db/suspicion-verbs";
import { noRoomNote } from "@/lib/detection/block-room";
import type { Finding } from "@/lib/detection/finding";
import { AppError, messageOf } from "@/lib/errors";

/** A case that is to be blocked, and the finding to say it with. */
export type Wish = { row: StoredRow; finding: Finding };

export type BlockDeps = { enforcement: EnforcementDeps; now: () => Date; max: number };

/** Two detections that block at once would both count the room before either takes it. */
const LOCK = "detection:room";
/** Blocks under one lock, so that the other detection does not wait for long. */
const AT_ONCE = 100;
/** So many places are given away only at the end of a run, when it is known who deserves them most. */
const LAST_PLACES = 1000;

/**
 * The blocks of one run. While there is room for many more they are made at once; what comes when it is scarce is held
 * back until the end of the run, and then those of the highest score get it.
 */
export class BlockQueue {
  readonly #held = new Map<number, Wish>();
  readonly #deps: BlockDeps;

  constructor(deps: BlockDeps) {
    this.#deps = deps;
  }

  /** Answers what followed for those of whom it is known; of the others `finish` tells. */
  async take(wishes: readonly Wish[]): Promise<Note[]> {
    if (wishes.length === 0) return [];
    const { notes, left, room } = await this.#blockWhile(inOrder(wishes), LAST_PLACES);
    for (const wish of left) this.#held.set(wish.row.id, wish);
    const beyond = inOrder([...this.#held.values()]).slice(room);
    for (const { row } of beyond) this.#held.delete(row.id);
    return [...notes, ...beyond.map((wish) => this.#noRoom(wish))];
  }

  /** Gives the last places away, and answers what followed for all that were held back. */
  async finish(): Promise<Note[]> {
    const held = inOrder([...this.#held.values()]);
    this.#held.clear();
    const wanted = await withoutIgnored(this.#deps.enforcement.db, held);
    const { notes, left } = await this.#blockWhile(wanted, 0);
    return [...notes, ...left.map((wish) => this.#noRoom(wish))];
  }

  /** Blocks one after the other as long as more than so many places are free, and publishes once. */
  async #blockWhile(wishes: readonly Wish[], placesKept: number) {
    const { enforcement, max } = this.#deps;
    const notes: Note[] = [];
    const left = [...wishes];
    let room = max;
    while (left.length > 0 && room > placesKept) {
      room = await afterLock(enforcement.db, LOCK, async () => {
        let free = Math.max(0, max - (await countDetectionBlocks(enforcement.db)));
        for (const wish of left.splice(0, Math.min(AT_ONCE, Math.max(0, free - placesKept)))) {
          const note = await block(wish, this.#deps);
          notes.push(note);
          if (note.outcome !== "guarded") free--;
        }
        return free;
      });
    }
    if (notes.some(({ outcome }) => outcome === "blocked")) await publish(enforcement);
    return { notes, left, room };
  }

  #noRoom({ row }: Wish): Note {
    return { row, outcome: "no-room", text: noRoomNote(this.#deps.max) };
  }
}

/** The highest score first, and of two of the same the one that is known for longer. */
const inOrder = (wishes: readonly Wish[]): Wish[] =>
  [...wishes].sort((one, other) => other.row.score - one.row.score || one.row.id - other.row.id);

/** Without those that an administrator has decided to leave alone while they waited. */
async function withoutIgnored(db: EnforcementDeps["db"], wishes: readonly Wish[]): Promise<Wish[]> {
  if (wishes.length === 0) return [];
  const ids = wishes.map(({ row }) => row.id);
  const rows = await db
    .select({ id: suspiciousIps.id, status: suspiciousIps.status })
    .from(suspiciousIps)
    .where(inArray(suspiciousIps.id, ids));
  const wanted = new Set(rows.filter(({ status }) => status !== "ignored").map(({ id }) => id));
  return wishes.filter(({ row }) => wanted.has(row.id));
}

async function block({ row, finding }: Wish, { enforcement, now }: BlockDeps): Promise<Note> {
  const { db } = enforcement;
  const expiresAt = new Date(now().getTime() + blockLength(row.automaticBlocks).seconds * 1000);
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

// The rules are saved, and publish-rules carries them to the doors as soon as the edge store answers again.
async function publish({ publish: bring, warn }: EnforcementDeps): Promise<void> {
  try {
    await bring();
  } catch (error) {
    warn(`Blocks of detection are saved and not yet published: ${messageOf(error)}`);
  }
}
