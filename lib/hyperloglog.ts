/**
 * Counts distinct visitors in a few bytes, with an error of about 1.6 % (HyperLogLog, Flajolet et al. 2007; 4,096
 * registers). The input is a visitor's hash, which is uniform already. What is stored of a sketch of few visitors is a
 * list of 3 bytes each, of a large one its 4,096 registers.
 */
export type Sketch = Uint8Array;

const INDEX_BITS = 12;
const REGISTERS = 1 << INDEX_BITS;
const RANK_BITS = 6;
const SPARSE_BYTES = 3;
const SPARSE_MAX = Math.floor(REGISTERS / SPARSE_BYTES) - 1;

export function newSketch(): Sketch {
  return new Uint8Array(REGISTERS);
}

/** Adds a visitor by a hash of at least 11 hex digits. */
export function addToSketch(sketch: Sketch, hash: string): void {
  const index = Number.parseInt(hash.slice(0, 3), 16);
  const rest = Number.parseInt(hash.slice(3, 11), 16) >>> 0;
  const rank = Math.clz32(rest) + 1;
  if (rank > (sketch[index] as number)) sketch[index] = rank;
}

/** The union of sketches as they are stored, as if all visitors had been added to one. */
export function mergeSketches(stored: Iterable<Uint8Array | null>): Sketch {
  const merged = newSketch();
  for (const bytes of stored) if (bytes) mergeInto(merged, bytes);
  return merged;
}

/** The number of distinct visitors, by linear counting where they are few. */
export function countSketch(sketch: Sketch): number {
  let sum = 0;
  let zeros = 0;
  for (const rank of sketch) {
    sum += 2 ** -rank;
    if (rank === 0) zeros++;
  }
  const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
  if (estimate <= 2.5 * REGISTERS && zeros > 0) return Math.round(REGISTERS * Math.log(REGISTERS / zeros));
  return Math.round(estimate);
}

export function encodeSketch(sketch: Sketch): string {
  const entries: number[] = [];
  sketch.forEach((rank, index) => {
    if (rank > 0) entries.push((index << RANK_BITS) | rank);
  });
  if (entries.length > SPARSE_MAX) return hexOf(sketch, 2);
  return hexOf(entries, 2 * SPARSE_BYTES);
}

function mergeInto(sketch: Sketch, bytes: Uint8Array): void {
  const set = (index: number, rank: number) => {
    if (rank > (sketch[index] as number)) sketch[index] = rank;
  };
  if (bytes.length === REGISTERS) {
    for (let index = 0; index < REGISTERS; index++) set(index, bytes[index] as number);
    return;
  }
  for (let at = 0; at + SPARSE_BYTES <= bytes.length; at += SPARSE_BYTES) {
    const value =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    const index = value >> RANK_BITS;
    if (index < REGISTERS) set(index, value & ((1 << RANK_BITS) - 1));
  }
}

function hexOf(values: Iterable<number>, digits: number): string {
  let text = "";
  for (const value of values) text += value.toString(16).padStart(digits, "0");
  return text;
}
