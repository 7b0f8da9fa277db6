import type { Flagged } from "@/db/detect/flagged";
import type { FollowUp } from "@/db/detect/follow-up";
import type { Outcome } from "@/db/detect/notes";
import type { Stored } from "@/db/detect/store";
import type { RunDetails } from "@/db/suspicion-details";

/** What a run has done so far. A target counts once, in however many hours of the window it was found. */
export class RunTally {
  examined = 0;
  site: RunDetails["site"] = [];
  readonly #rules = new Map<string, Set<string>>();
  readonly #targets = new Map<string, Stored["outcome"]>();
  readonly #followUps = new Map<string, Outcome>();

  get flagged(): number {
    return this.#targets.size;
  }

  addFlagged(flagged: readonly Flagged[], stored: readonly Stored[]): void {
    for (const { row, outcome } of stored) {
      // Seen again in a later hour of the same window, it is as new as before.
      if (!this.#targets.has(row.target)) this.#targets.set(row.target, outcome);
    }
    for (const { findings, target } of flagged) {
      for (const { rule } of findings) {
        const targets = this.#rules.get(rule) ?? new Set();
        this.#rules.set(rule, targets.add(target));
      }
    }
  }

  addFollowUps(outcomes: readonly FollowUp[]): void {
    for (const { target, outcome } of outcomes) {
      // What was blocked in an earlier hour is blocked, whatever the later ones would add.
      if (this.#followUps.get(target) !== "blocked") this.#followUps.set(target, outcome);
    }
  }

  get details(): RunDetails {
    const stored = [...this.#targets.values()];
    const followed = [...this.#followUps.values()];
    const count = <T>(all: readonly T[], wanted: T) => all.filter((one) => one === wanted).length;
    return {
      rules: Object.fromEntries([...this.#rules].map(([rule, targets]) => [rule, targets.size])),
      created: count(stored, "created"),
      reopened: count(stored, "reopened"),
      blocked: count(followed, "blocked"),
      wouldBlock: count(followed, "would-block"),
      guarded: count(followed, "guarded"),
      failed: count(followed, "failed"),
      noRoom: count(followed, "no-room"),
      site: this.site,
    };
  }
}
