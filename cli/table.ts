/** A column of a printed table. The one that may give way takes what the others leave of the terminal's width. */
export type Column<Row> = {
  head: string;
  of: (row: Row) => string;
  align?: "right";
  gives?: true;
};

const GAP = "  ";
const GIVING_WIDTH_MIN = 12;

/** Rows as lines of text, under a line of heads. `width` is the terminal's, null where lines may be as long as they like. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | null,
): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.of(row))));
  const widths = columns.map((column, at) =>
    Math.max(column.head.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const giving = columns.findIndex((column) => column.gives);
  if (width !== null && giving >= 0) {
    const others =
      widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - (widths[giving] as number);
    widths[giving] = Math.min(widths[giving] as number, Math.max(GIVING_WIDTH_MIN, width - others));
  }
  const line = (texts: readonly string[]) =>
    texts
      .map((text, at) => {
        const size = widths[at] as number;
        const fitted = text.length > size ? `${text.slice(0, size - 1)}…` : text;
        return columns[at]?.align === "right" ? fitted.padStart(size) : fitted.padEnd(size);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map((column) => column.head)), ...cells.map(line)];
}

/** Text of somebody else as a terminal may show it: no control characters, which could repaint the screen. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "·");
}

/** Names and values under each other. */
export function formatPairs(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  const size = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(size)}  ${value}`.trimEnd());
}
