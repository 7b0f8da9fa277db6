/** Words of 32 bits in a start: 1 for IPv4, 4 for IPv6 and for hashes of 128 bits. */
export type Width = 1 | 4;

/** The three lists of a rule set, each with the rules that allow and those that block. */
export const TABLES = ["hash", "v4", "v6"] as const;
export type TableName = (typeof TABLES)[number];

export function widthOf(table: TableName): Width {
  return table === "v4" ? 1 : 4;
}
