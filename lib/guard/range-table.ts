import type { RangeChunk } from "@/lib/guard/range-chunk";
import { type TableName, widthOf } from "@/lib/guard/tables";

/** An entry in an earlier chunk that may hold addresses of a later one. */
type Outer = { readonly chunk: RangeChunk; readonly at: number };

/**
 * CIDR ranges, or hashes as ranges of one, in chunks that follow one another. The last range that starts at or before an
 * address either holds it or has an ancestor that is the narrowest one that does: a lookup is one search and a walk
 * up the ancestors, past those that have expired. A chunk is shared by the tables of successive publications.
 */
export class RangeTable {
  readonly size: number;
  /** The first start of each chunk, one column a word. */
  readonly #firsts: readonly Uint32Array[];
  /** For each chunk the entries of earlier ones that reach into it, the narrowest first. */
  readonly #outers: readonly (readonly Outer[])[];

  /** @throws Error where the chunks do not follow one another. */
  constructor(
    readonly name: TableName,
    readonly chunks: readonly RangeChunk[],
  ) {
    this.size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    this.#firsts = Array.from({ length: widthOf(name) }, (_, word) =>
      Uint32Array.from(chunks, (chunk) => chunk.startWord(0, word)),
    );
    this.#outers = linkOuters(chunks);
  }

  /** The rule that holds for an address: the narrowest that allows, as its id, else the narrowest that blocks, as its negative, else 0. */
  match(a: number, b: number, c: number, d: number, nowSeconds: number): number {
    const number = this.#chunkOf(a, b, c, d);
    if (number < 0) return 0;
    const chunk = this.chunks[number] as RangeChunk;
    let blocked = 0;
    for (let at = chunk.lastAtOrBefore(a, b, c, d); at >= 0; at = chunk.parentOf(at)) {
      const rule = chunk.judge(at, a, b, c, d, nowSeconds);
      if (rule > 0) return rule;
      if (blocked === 0) blocked = rule;
    }
    const outers = this.#outers[number] as readonly Outer[];
    return outers.length === 0 ? blocked : matchOuters(outers, blocked, a, b, c, d, nowSeconds);
  }

  /** The last chunk that starts at or before the address, or -1. */
  #chunkOf(a: number, b: number, c: number, d: number): number {
    const first = this.#firsts[0] as Uint32Array;
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = first[middle] as number;
      if (start < a || (start === a && !this.#isRestAfter(middle, b, c, d))) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #isRestAfter(number: number, b: number, c: number, d: number): boolean {
    if (this.#firsts.length === 1) return false;
    const [, second, third, fourth] = this.#firsts as readonly Uint32Array[];
    const difference =
      (second?.[number] as number) - b || (third?.[number] as number) - c || (fourth?.[number] as number) - d;
    return difference > 0;
  }
}

function matchOuters(
  outers: readonly Outer[],
  narrower: number,
  a: number,
  b: number,
  c: number,
  d: number,
  nowSeconds: number,
): number {
  let blocked = narrower;
  for (const { chunk, at } of outers) {
    const rule = chunk.judge(at, a, b, c, d, nowSeconds);
    if (rule > 0) return rule;
    if (blocked === 0) blocked = rule;
  }
  return blocked;
}

function linkOuters(chunks: readonly RangeChunk[]): Outer[][] {
  const outers: Outer[][] = [];
  let open: Outer[] = [];
  let before: RangeChunk | null = null;
  for (const chunk of chunks) {
    const [a, b, c, d] = [0, 1, 2, 3].map((word) => chunk.startWord(0, word)) as [
      number,
      number,
      number,
      number,
    ];
    if (before?.isAfter(before.size - 1, a, b, c, d))
      throw new Error("The chunks of the rule set are out of order.");
    open = open.filter((outer) => outer.chunk.holds(outer.at, a, b, c, d));
    outers.push([...open].reverse());
    open = [...open, ...chunk.openAtEnd().map((at) => ({ chunk, at }))];
    before = chunk;
  }
  return outers;
}
