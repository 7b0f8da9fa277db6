import { type TableName, widthOf } from "@/lib/guard/tables";

/** The first byte of a chunk: doors refuse what they do not know. */
export const CHUNK_FORMAT = 2;
/** As long as an IPv4 entry, so that none of those lies across two lines of memory. */
export const CHUNK_HEADER_BYTES = 16;
/** Entries of one chunk at the most: positions within it fit 16 bits. */
export const CHUNK_ENTRIES_MAX = 16_384;
/** Words behind the start of an entry: rule, expiry, and prefix (upper half) with parent (lower half). */
const TAIL_WORDS = 3;
/** In a rule's word: it allows. Ids stay below, Postgres' integer has 31 bits. */
export const ALLOWS = 0x80000000;
/** Entries that share one step of a chunk's index, on average. */
const ENTRIES_PER_STEP = 2;

export function strideOf(table: TableName): number {
  return widthOf(table) + TAIL_WORDS;
}

/**
 * Some thousand ranges in order of start and prefix, as they travel: 16 bytes an IPv4 range, 28 an IPv6 one or a hash.
 * All words of an entry lie together, so that a lookup reads one or two lines of memory; an index on those bits by which
 * the entries of this chunk differ leads there.
 */
export class RangeChunk {
  readonly size: number;
  readonly #words: Uint32Array;
  readonly #width: number;
  readonly #stride: number;
  /** Bits that all starts share; the next ones choose the step of the index. */
  readonly #sharedBits: number;
  readonly #stepShift: number;
  readonly #steps: Uint16Array;

  /** Takes over the bytes, header included. They have been checked by `readChunk`. */
  constructor(
    readonly table: TableName,
    /** The hash of the content, under which it is stored. */
    readonly key: string,
    bytes: ArrayBuffer,
  ) {
    this.#words = new Uint32Array(bytes, CHUNK_HEADER_BYTES);
    this.#width = widthOf(table);
    this.#stride = strideOf(table);
    this.size = this.#words.length / this.#stride;
    this.#linkParents();
    this.#sharedBits = this.#countSharedBits();
    const bits = Math.max(0, Math.min(13, Math.floor(Math.log2(this.size / ENTRIES_PER_STEP))));
    this.#stepShift = 32 - bits;
    this.#steps = this.#indexSteps(1 << bits);
  }

  /** One word of the start of an entry. */
  startWord(at: number, word: number): number {
    return word < this.#width ? (this.#words[at * this.#stride + word] as number) : 0;
  }

  /** The last entry that starts at or before the address, which is not before the first one. */
  lastAtOrBefore(a: number, b: number, c: number, d: number): number {
    if (!this.isAfter(this.size - 1, a, b, c, d)) return this.size - 1;
    const step = this.#stepOf(a, b, c, d);
    let low = this.#steps[step] as number;
    let high = this.#steps[step + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isAfter(middle, a, b, c, d)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** The entry around this one in the chunk, or -1. */
  parentOf(at: number): number {
    return ((this.#words[at * this.#stride + this.#width + 2] as number) & 0xffff) - 1;
  }

  /** What an entry says about an address: its rule's id if it allows, its negative if it blocks, 0 if it does not hold. */
  judge(at: number, a: number, b: number, c: number, d: number, nowSeconds: number): number {
    const tail = at * this.#stride + this.#width;
    const until = this.#words[tail + 1] as number;
    if (until !== 0 && until <= nowSeconds) return 0;
    if (!this.holds(at, a, b, c, d)) return 0;
    const rule = this.#words[tail] as number;
    return rule >= ALLOWS ? rule - ALLOWS : -rule;
  }

  /** The entries that are still open at the end, the widest first: a later chunk may lie within them. */
  openAtEnd(): number[] {
    const open: number[] = [];
    for (let at = this.size - 1; at >= 0; at = this.parentOf(at)) open.push(at);
    return open.reverse();
  }

  /** Whether an entry starts after an address. */
  isAfter(at: number, a: number, b: number, c: number, d: number): boolean {
    const words = this.#words;
    const base = at * this.#stride;
    const first = words[base] as number;
    if (first !== a || this.#width === 1) return first > a;
    const second = words[base + 1] as number;
    if (second !== b) return second > b;
    const third = words[base + 2] as number;
    if (third !== c) return third > c;
    return (words[base + 3] as number) > d;
  }

  /** Whether the address lies in the entry's range, expired or not. */
  holds(at: number, a: number, b: number, c: number, d: number): boolean {
    const words = this.#words;
    const base = at * this.#stride;
    const prefix = (words[base + this.#width + 2] as number) >>> 16;
    if (!sameBits(words[base] as number, a, prefix)) return false;
    if (prefix <= 32) return true;
    return (
      sameBits(words[base + 1] as number, b, prefix - 32) &&
      sameBits(words[base + 2] as number, c, prefix - 64) &&
      sameBits(words[base + 3] as number, d, prefix - 96)
    );
  }

  #stepOf(a: number, b: number, c: number, d: number): number {
    if (this.#stepShift === 32) return 0;
    const skipped = this.#sharedBits & 31;
    const word = this.#sharedBits >>> 5;
    const left = word === 0 ? a : word === 1 ? b : word === 2 ? c : d;
    if (skipped === 0) return left >>> this.#stepShift;
    const right = word === 0 ? b : word === 1 ? c : word === 2 ? d : 0;
    return ((left << skipped) | (right >>> (32 - skipped))) >>> this.#stepShift;
  }

  #countSharedBits(): number {
    for (let word = 0; word < this.#width; word++) {
      const difference = this.startWord(0, word) ^ this.startWord(this.size - 1, word);
      if (difference !== 0) return 32 * word + Math.clz32(difference);
    }
    return 0;
  }

  #indexSteps(count: number): Uint16Array {
    const steps = new Uint16Array(count + 1);
    let filled = 0;
    for (let at = 0; at < this.size; at++) {
      const step = this.#stepOf(
        this.startWord(at, 0),
        this.startWord(at, 1),
        this.startWord(at, 2),
        this.startWord(at, 3),
      );
      while (filled < step) steps[++filled] = at;
    }
    steps.fill(this.size, filled + 1);
    return steps;
  }

  /** Two CIDR ranges are apart or one holds the other: those around an entry are found once, and walked up afterwards. */
  #linkParents(): void {
    const words = this.#words;
    const open: number[] = [];
    for (let at = 0; at < this.size; at++) {
      const meta = at * this.#stride + this.#width + 2;
      const a = this.startWord(at, 0);
      const b = this.startWord(at, 1);
      const c = this.startWord(at, 2);
      const d = this.startWord(at, 3);
      while (open.length > 0 && !this.holds(open[open.length - 1] as number, a, b, c, d)) open.pop();
      const parent = open.length > 0 ? (open[open.length - 1] as number) + 1 : 0;
      words[meta] = ((words[meta] as number) & 0xffff0000) | parent;
      open.push(at);
    }
  }
}

function sameBits(x: number, y: number, bits: number): boolean {
  if (bits <= 0) return true;
  if (bits >= 32) return x === y;
  return (x ^ y) >>> (32 - bits) === 0;
}
