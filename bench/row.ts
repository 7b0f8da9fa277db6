/** One measured figure of a row, as it stands in the table. */
export type Figure = {
  /** What was measured, in a few words: "requests/s", "p99", "memory". */
  name: string;
  /** The figure and its spread over the runs, ready to print: "0.93 (0.91 to 0.95)". */
  value: string;
  /** What it has to reach, ready to print: "≥ 0.90"; null for a fact beside the figures. */
  target: string | null;
  /** Whether it was reached; a fact always is. */
  isReached: boolean;
};

/** One row of the table: a thing measured against another of the same run. */
export type Row = {
  /** What `npm run bench -- ID` takes. */
  id: string;
  what: string;
  against: string;
  /** Measures it, from nothing to nothing: what it starts and writes it ends and removes. */
  run: (log: (line: string) => void) => Promise<Figure[]>;
};

/** The middle of some numbers, and the least and the greatest of them. */
export type Spread = { median: number; least: number; greatest: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] as number;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    greatest: at(sorted.length - 1),
  };
}

/** "0.93 (0.91 to 0.95)", with so many digits behind the point. */
export function spreadText({ median, least, greatest }: Spread, digits = 2, unit = ""): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(median)}${unit} (${text(least)} to ${text(greatest)})`;
}
