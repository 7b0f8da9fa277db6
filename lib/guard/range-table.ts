/** Words of 32 bits in a start: 1 for IPv4, 4 for IPv6 and for hashes of 128 bits. */
export type Width = 1 | 4;

export type RangeEntry = {
  readonly start: readonly [number, number, number, number];
  readonly prefix: number;
  /** Seconds since 1970, 0 for never. */
  readonly expiresAt: number;
  readonly ruleId: number;
};

/** The columns of a table, in order of start and then of prefix. */
export type RangeColumns = {
  readonly starts: Uint32Array;
  readonly expiresAt: Uint32Array;
  readonly ruleIds: Uint32Array;
  readonly prefixes: Uint8Array;
};

const NONE = 0xffffffff;

/**
 * CIDR ranges in typed arrays: 17 bytes an IPv4 range, 29 an IPv6 one. Two CIDR ranges are apart or one holds the other,
 * so the last range that starts at or before an address either holds it or has an ancestor that is the narrowest
 * one that does: a lookup is one binary search and a walk up the ancestors, past those that have expired.
 */
export class RangeTable {
  readonly size: number;
  readonly #parents: Uint32Array;

  constructor(
    readonly width: Width,
    readonly columns: RangeColumns,
  ) {
    this.size = columns.prefixes.length;
    this.#parents = this.#linkParents();
  }

  static empty(width: Width): RangeTable {
    return RangeTable.from(width, []);
  }

  static from(width: Width, entries: readonly RangeEntry[]): RangeTable {
    const sorted = [...entries].sort(compareEntries);
    const columns = {
      starts: new Uint32Array(sorted.length * width),
      expiresAt: Uint32Array.from(sorted, (entry) => entry.expiresAt),
      ruleIds: Uint32Array.from(sorted, (entry) => entry.ruleId),
      prefixes: Uint8Array.from(sorted, (entry) => entry.prefix),
    };
    sorted.forEach((entry, at) => {
      for (let word = 0; word < width; word++)
        columns.starts[at * width + word] = entry.start[word] as number;
    });
    return new RangeTable(width, columns);
  }

  /** The rule of the narrowest range that holds the address and has not expired, or 0. */
  find(a: number, b: number, c: number, d: number, nowSeconds: number): number {
    const { expiresAt, ruleIds } = this.columns;
    let at = this.#lastAtOrBefore(a, b, c, d);
    while (at !== NONE) {
      const until = expiresAt[at] as number;
      if ((until === 0 || until > nowSeconds) && this.#holds(at, a, b, c, d)) return ruleIds[at] as number;
      at = this.#parents[at] as number;
    }
    return 0;
  }

  #lastAtOrBefore(a: number, b: number, c: number, d: number): number {
    const { starts } = this.columns;
    let low = 0;
    let high = this.size;
    if (this.width === 1) {
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((starts[middle] as number) <= a) low = middle + 1;
        else high = middle;
      }
    } else {
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.#startsAtOrBefore(middle, a, b, c, d)) low = middle + 1;
        else high = middle;
      }
    }
    return low === 0 ? NONE : low - 1;
  }

  #startsAtOrBefore(at: number, a: number, b: number, c: number, d: number): boolean {
    const { starts } = this.columns;
    const base = at * 4;
    const a0 = starts[base] as number;
    if (a0 !== a) return a0 < a;
    const b0 = starts[base + 1] as number;
    if (b0 !== b) return b0 < b;
    const c0 = starts[base + 2] as number;
    if (c0 !== c) return c0 < c;
    return (starts[base + 3] as number) <= d;
  }

  #holds(at: number, a: number, b: number, c: number, d: number): boolean {
    const { starts, prefixes } = this.columns;
    const prefix = prefixes[at] as number;
    const base = at * this.width;
    if (!sameBits(starts[base] as number, a, prefix)) return false;
    if (this.width === 1 || prefix <= 32) return true;
    return (
      sameBits(starts[base + 1] as number, b, prefix - 32) &&
      (prefix <= 64 || sameBits(starts[base + 2] as number, c, prefix - 64)) &&
      (prefix <= 96 || sameBits(starts[base + 3] as number, d, prefix - 96))
    );
  }

  #linkParents(): Uint32Array {
    const { starts } = this.columns;
    const parents = new Uint32Array(this.size).fill(NONE);
    const open: number[] = [];
    for (let at = 0; at < this.size; at++) {
      const base = at * this.width;
      const [a, b, c, d] =
        this.width === 1
          ? [starts[base] as number, 0, 0, 0]
          : [
              starts[base] as number,
              starts[base + 1] as number,
              starts[base + 2] as number,
              starts[base + 3] as number,
            ];
      while (open.length > 0 && !this.#holds(open[open.length - 1] as number, a, b, c, d)) open.pop();
      parents[at] = open[open.length - 1] ?? NONE;
      open.push(at);
    }
    return parents;
  }
}

function sameBits(x: number, y: number, bits: number): boolean {
  if (bits <= 0) return true;
  if (bits >= 32) return x === y;
  return (x ^ y) >>> (32 - bits) === 0;
}

function compareEntries(x: RangeEntry, y: RangeEntry): number {
  for (let word = 0; word < 4; word++) {
    const difference = (x.start[word] as number) - (y.start[word] as number);
    if (difference !== 0) return difference;
  }
  return x.prefix - y.prefix || x.ruleId - y.ruleId;
}
