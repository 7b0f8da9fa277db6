import { DistinctCount } from "@/cli/replay/distinct";
import type { Answer } from "@/cli/replay/sender";

export const SAMPLES_MAX = 5;
const REASONS_MAX = 20;

export type Sample = { place: string; text: string };
export type Unsendable = { count: number; first: string };

/** What a replay has done so far, in numbers that do not grow with the log. */
export class Tally {
  read = 0;
  unparsable = 0;
  readonly samples: Sample[] = [];
  readonly unsendable = new Map<string, Unsendable>();
  readonly statuses = new Map<number, number>();
  readonly unanswered = new Map<string, number>();
  readonly addresses = new DistinctCount();

  get answered(): number {
    return sum(this.statuses.values());
  }

  get sent(): number {
    return this.answered + sum(this.unanswered.values());
  }

  get notSendable(): number {
    return sum([...this.unsendable.values()].map(({ count }) => count));
  }

  addUnparsable(place: string, text: string): void {
    this.unparsable++;
    if (this.samples.length < SAMPLES_MAX) this.samples.push({ place, text: text.slice(0, 500) });
  }

  addUnsendable(place: string, reason: string): void {
    const known = this.unsendable.get(reason);
    if (known) known.count++;
    else if (this.unsendable.size < REASONS_MAX) this.unsendable.set(reason, { count: 1, first: place });
    else this.addUnsendable(place, [...this.unsendable.keys()].at(-1) as string);
  }

  addAnswer(place: string, address: string, answer: Answer): void {
    if ("unsendable" in answer) {
      this.addUnsendable(place, answer.unsendable);
      return;
    }
    this.addresses.add(address);
    if ("status" in answer) raise(this.statuses, answer.status);
    else raise(this.unanswered, answer.noAnswer);
  }
}

function raise<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
