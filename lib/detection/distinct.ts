/** Bits of the bitmaps that distinct values are estimated from: one Postgres bigint. */
export const BITMAP_BITS = 64;

/**
 * How many distinct values filled a bitmap, by linear counting (Whang, Vander-Zanden and Taylor 1990):
 * `n = -m ln(z / m)` for `m` bits of which `z` are zero, rounded. A full bitmap counts as half a bit empty: with 64
 * bits no estimate is above 311. In SQL, `ones` being `bit_count(bit_or(…)::bit(64))`:
 * `round(-64 * ln(greatest(64 - ones, 0.5) / 64.0))`.
 */
export function estimateDistinct(bitmap: bigint, bits = BITMAP_BITS): number {
  const zeros = bits - countBits(BigInt.asUintN(bits, bitmap));
  // Not `-bits * log(…)`: that makes an empty bitmap minus zero.
  return Math.round(bits * Math.log(bits / Math.max(zeros, 0.5)));
}

/** The bit, 0 to 63, that a text sets in a bitmap: FNV-1a of its UTF-16 code units, folded. The drain stores a path's. */
export function distinctBit(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV alone are its weakest.
  return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & 63;
}

export function countBits(bitmap: bigint): number {
  let count = 0;
  for (let rest = BigInt.asUintN(64, bitmap); rest > 0n; rest &= rest - 1n) count++;
  return count;
}
