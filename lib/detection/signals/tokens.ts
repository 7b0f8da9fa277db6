/** A trait of an attack: how much it says by itself. Ten and more, alone or together, is an attack. */
export type Token = { readonly id: string; readonly weight: number; readonly match: RegExp };

export type TokenClass = {
  readonly id: string;
  /** A cheap test that every text with any of the tokens passes. */
  readonly gate: RegExp;
  readonly tokens: readonly Token[];
};

export const SCORE_MIN = 10;

/** Rows of `[id, weight, pattern]`. The patterns see decoded, lower-case text. */
export function tokens(rows: readonly (readonly [id: string, weight: number, match: RegExp])[]): Token[] {
  return rows.map(([id, weight, match]) => ({ id, weight, match }));
}

/** The tokens found in a text until they reach the score of an attack; `null` where they do not. */
export function attackIn(text: string, { gate, tokens: all }: TokenClass): readonly string[] | null {
  if (!gate.test(text)) return null;
  const found: string[] = [];
  let score = 0;
  for (const { id, weight, match } of all) {
    if (!match.test(text)) continue;
    found.push(id);
    score += weight;
    if (score >= SCORE_MIN) return found;
  }
  return null;
}
