/** Characters of a text that are looked up together. */
const LENGTH = 4;
const MASK = 0xfffffff;
/** Letters that ordinary paths and words are full of, the commonest last: a piece without them is looked up more rarely for nothing. */
const COMMON = "hclndtoirsaep/";

/**
 * Finds which of many entries a text can match at all, in one pass over the text: those of whose required texts it contains
 * a piece, and those that require none. Entries come in the order in which they were given.
 */
export class TextIndex<Entry> {
  readonly #entries: readonly Entry[];
  readonly #byPiece = new Map<number, number[]>();
  readonly #always: number[] = [];

  /** `requiredOf`: texts of at least four characters, one of which every match contains; null where nothing is known. */
  constructor(entries: readonly Entry[], requiredOf: (entry: Entry) => readonly string[] | null) {
    this.#entries = entries;
    entries.forEach((entry, index) => {
      const required = requiredOf(entry);
      if (required === null) this.#always.push(index);
      else for (const piece of new Set(required.map(rarestPiece))) this.#add(piece, index);
    });
  }

  candidates(text: string): Entry[] {
    let found: Set<number> | null = null;
    let piece = 0;
    for (let at = 0; at < text.length; at++) {
      piece = ((piece << 7) | (text.charCodeAt(at) & 0x7f)) & MASK;
      const own = at >= LENGTH - 1 ? this.#byPiece.get(piece) : undefined;
      if (own === undefined) continue;
      found ??= new Set(this.#always);
      for (const index of own) found.add(index);
    }
    const indexes = found === null ? this.#always : [...found].sort((one, other) => one - other);
    return indexes.map((index) => this.#entries[index] as Entry);
  }

  #add(piece: number, index: number): void {
    const own = this.#byPiece.get(piece);
    if (own === undefined) this.#byPiece.set(piece, [index]);
    else own.push(index);
  }
}

function rarestPiece(text: string): number {
  let best = "";
  let bestCost = Number.POSITIVE_INFINITY;
  for (let at = 0; at + LENGTH <= text.length; at++) {
    const piece = text.slice(at, at + LENGTH);
    const cost = [...piece].reduce((sum, sign) => sum + COMMON.indexOf(sign) + 1, 0);
    if (cost < bestCost) [best, bestCost] = [piece, cost];
  }
  return [...best].reduce((piece, sign) => ((piece << 7) | (sign.charCodeAt(0) & 0x7f)) & MASK, 0);
}
