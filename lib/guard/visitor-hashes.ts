import type { VisitorHashes } from "@/lib/guard/rule-set";
import type { Ip } from "@/lib/ip";
import { type HashWords, hashIpWords, hashSubnetWords } from "@/lib/privacy/hash";

/** A visitor's hashes as the lists of a rule set hold them. */
export function visitorHashes(ip: Ip, hashKey: string): VisitorHashes {
  return { address: hashIpWords(ip, hashKey), subnet: hashSubnetWords(ip, hashKey) };
}

/** Places for addresses, a power of two: 3 MB with 65,536. */
const PLACES = 65_536;
/** The address (4 words), its version, its hash (4) and that of its /64 (4). */
const PLACE_WORDS = 13;

/**
 * The hashes of the visitors last seen. Of fixed size and without an object for each: every address may stand in one of two
 * places, where the newer one drives out the older. Whoever finds addresses that share them costs us no more than without.
 */
export class VisitorHashCache {
  #words: Uint32Array | null = null;

  constructor(readonly hashKey: string) {}

  get(ip: Ip): VisitorHashes {
    this.#words ??= new Uint32Array(PLACES * PLACE_WORDS);
    const words = this.#words;
    const first = placeOf(ip);
    const newer = first * PLACE_WORDS;
    const older = (first ^ 1) * PLACE_WORDS;
    if (isAt(words, newer, ip)) return hashesAt(words, newer, ip);
    if (isAt(words, older, ip)) return hashesAt(words, older, ip);
    words.copyWithin(older, newer, newer + PLACE_WORDS);
    const hashes = visitorHashes(ip, this.hashKey);
    words.set(
      [ip.a, ip.b, ip.c, ip.d, ip.version, ...hashes.address, ...(hashes.subnet ?? [0, 0, 0, 0])],
      newer,
    );
    return hashes;
  }
}

function isAt(words: Uint32Array, base: number, { a, b, c, d, version }: Ip): boolean {
  return (
    words[base] === a &&
    words[base + 1] === b &&
    words[base + 2] === c &&
    words[base + 3] === d &&
    words[base + 4] === version
  );
}

function hashesAt(words: Uint32Array, base: number, { version }: Ip): VisitorHashes {
  const subnet = version === 4 ? null : wordsAt(words, base + 9);
  return { address: wordsAt(words, base + 5), subnet };
}

function placeOf({ a, b, c, d }: Ip): number {
  let mixed = Math.imul(
    a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 0x85ebca6b), 0xc2b2ae35), 0x27d4eb2f),
    0x9e3779b1,
  );
  mixed ^= mixed >>> 15;
  return (Math.imul(mixed, 0x2c1b3c6d) >>> 12) & (PLACES - 1);
}

function wordsAt(words: Uint32Array, at: number): HashWords {
  return [words[at] as number, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number];
}
