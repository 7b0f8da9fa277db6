import {
  ALLOWS,
  CHUNK_ENTRIES_MAX,
  CHUNK_FORMAT,
  CHUNK_HEADER_BYTES,
  strideOf,
} from "@/lib/guard/range-chunk";
import { TABLES, type TableName, widthOf } from "@/lib/guard/tables";

/** A rule as a list holds it: where its range starts, how long it is, and what it says until when. */
export type RuleEntry = {
  readonly start: readonly [number, number, number, number];
  readonly prefix: number;
  readonly allows: boolean;
  readonly ruleId: number;
  /** Seconds since 1970, 0 for never. */
  readonly expiresAt: number;
};

/** Entries of a chunk at the least, but for the last one of a list. */
const CHUNK_ENTRIES_MIN = 2048;
/** Of so many entries one begins a chunk, chosen by its own start. */
const CUT_ONE_IN = 2048;

/** Rules gathered in any order, without an object for each. */
export class RuleLists {
  readonly #lists = Object.fromEntries(TABLES.map((name) => [name, new RuleList(name)])) as Record<
    TableName,
    RuleList
  >;

  get size(): number {
    return TABLES.reduce((sum, name) => sum + this.#lists[name].size, 0);
  }

  add(table: TableName, entry: RuleEntry): void {
    this.#lists[table].add(entry);
  }

  /**
   * The chunks of all lists, in order, as bytes. Where a chunk ends depends on the entries about it and not on their number:
   * a rule more or less changes the chunk that it lies in and leaves the others as they were. Between chunks the caller
   * may let others run.
   */
  *chunks(): Generator<ArrayBuffer> {
    for (const name of TABLES) yield* this.#lists[name].chunks();
  }
}

class RuleList {
  size = 0;
  #words: Uint32Array;
  readonly #width: number;
  readonly #stride: number;

  constructor(readonly name: TableName) {
    this.#width = widthOf(name);
    this.#stride = strideOf(name);
    this.#words = new Uint32Array(64 * this.#stride);
  }

  add({ start, prefix, allows, ruleId, expiresAt }: RuleEntry): void {
    const base = this.size * this.#stride;
    if (base === this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    for (let word = 0; word < this.#width; word++) this.#words[base + word] = start[word] as number;
    const tail = base + this.#width;
    this.#words[tail] = allows ? ruleId + ALLOWS : ruleId;
    this.#words[tail + 1] = expiresAt;
    this.#words[tail + 2] = prefix << 16;
    this.size++;
  }

  *chunks(): Generator<ArrayBuffer> {
    const order = this.#sorted();
    for (let from = 0; from < this.size; ) {
      let to = from + 1;
      while (to < this.size && to - from < CHUNK_ENTRIES_MAX) {
        if (to - from >= CHUNK_ENTRIES_MIN && this.#begins(order[to] as number)) break;
        to++;
      }
      yield this.#chunk(order.subarray(from, to));
      from = to;
    }
  }

  #chunk(entries: Uint32Array): ArrayBuffer {
    const bytes = new ArrayBuffer(CHUNK_HEADER_BYTES + 4 * this.#stride * entries.length);
    const header = new DataView(bytes);
    header.setUint8(0, CHUNK_FORMAT);
    header.setUint8(1, TABLES.indexOf(this.name));
    header.setUint32(4, entries.length, true);
    const words = new Uint32Array(bytes, CHUNK_HEADER_BYTES);
    for (let at = 0; at < entries.length; at++) {
      const base = (entries[at] as number) * this.#stride;
      for (let word = 0; word < this.#stride; word++)
        words[at * this.#stride + word] = this.#words[base + word] as number;
    }
    return bytes;
  }

  #begins(entry: number): boolean {
    let mixed = 0;
    for (let word = 0; word < this.#width; word++)
      mixed = Math.imul(mixed ^ (this.#words[entry * this.#stride + word] as number), 0x9e3779b1);
    return (mixed >>> 8) % CUT_ONE_IN === 0;
  }

  /** The entries in order of start, then of prefix, then of rule: by the first word at once, the equal ones one by one. */
  #sorted(): Uint32Array {
    const words = this.#words;
    const stride = this.#stride;
    const order = sortedByWord(this.size, (entry) => words[entry * stride] as number);
    // The start's other words, then prefix and rule.
    const keys = [1, 2, 3].slice(0, this.#width - 1).concat(this.#width + 2, this.#width);
    const compare = (one: number, other: number) => {
      for (const key of keys) {
        const difference = (words[one * stride + key] as number) - (words[other * stride + key] as number);
        if (difference !== 0) return difference;
      }
      return 0;
    };
    for (let from = 0; from < this.size; ) {
      const first = words[(order[from] as number) * stride];
      let to = from + 1;
      while (to < this.size && words[(order[to] as number) * stride] === first) to++;
      if (to - from > 1) order.subarray(from, to).sort(compare);
      from = to;
    }
    return order;
  }
}

/** The numbers from 0 on, in order of the word of each: a radix sort in two passes. */
function sortedByWord(size: number, wordOf: (entry: number) => number): Uint32Array {
  let order = Uint32Array.from({ length: size }, (_, at) => at);
  for (const shift of [0, 16]) {
    const places = new Uint32Array(65_537);
    for (let at = 0; at < size; at++) {
      const next = ((wordOf(order[at] as number) >>> shift) & 0xffff) + 1;
      places[next] = (places[next] as number) + 1;
    }
    for (let value = 1; value < places.length; value++)
      places[value] = (places[value] as number) + (places[value - 1] as number);
    const sorted = new Uint32Array(size);
    for (let at = 0; at < size; at++) {
      const entry = order[at] as number;
      const value = (wordOf(entry) >>> shift) & 0xffff;
      const place = places[value] as number;
      sorted[place] = entry;
      places[value] = place + 1;
    }
    order = sorted;
  }
  return order;
}
