import { type RangeEntry, RangeTable, type Width } from "@/lib/guard/range-table";
import type { Ip } from "@/lib/ip";

/** The six lists of a rule set, in the order in which they are asked. */
export const TABLES = ["allow-hash", "allow-v4", "allow-v6", "block-hash", "block-v4", "block-v6"] as const;
export type TableName = (typeof TABLES)[number];

export function widthOf(table: TableName): Width {
  return table.endsWith("-v4") ? 1 : 4;
}

/** 128 bits of a visitor's hash as four words; the /64's hash too, for IPv6. */
export type HashWords = readonly [number, number, number, number];
export type VisitorHashes = { readonly address: HashWords; readonly subnet: HashWords | null };

export function hashWords(hash: string): HashWords {
  const word = (at: number) => Number.parseInt(hash.slice(at, at + 8), 16) >>> 0;
  return [word(0), word(8), word(16), word(24)];
}

/** The published, compiled lists, as a door holds them in memory. */
export class RuleSet {
  constructor(
    /** The publication that this is: a new one has another id. */
    readonly id: string,
    readonly publishedAt: number,
    readonly tables: Readonly<Record<TableName, RangeTable>>,
  ) {}

  static of(
    id: string,
    publishedAt: number,
    entries: Readonly<Partial<Record<TableName, readonly RangeEntry[]>>>,
  ): RuleSet {
    const tables = Object.fromEntries(
      TABLES.map((name) => [name, RangeTable.from(widthOf(name), entries[name] ?? [])]),
    );
    return new RuleSet(id, publishedAt, tables as Record<TableName, RangeTable>);
  }

  static empty(id = "none"): RuleSet {
    return RuleSet.of(id, 0, {});
  }

  get size(): number {
    return TABLES.reduce((sum, name) => sum + this.tables[name].size, 0);
  }

  /** Whether an answer depends on hashes at all: they cost more than the lookup, so nobody makes them in vain. */
  get needsHashes(): boolean {
    return this.tables["allow-hash"].size + this.tables["block-hash"].size > 0;
  }

  /** The id of the rule of this action that holds for the visitor, or 0. An address by its hash goes before a range. */
  find(action: "allow" | "block", ip: Ip, hashes: VisitorHashes | null, nowSeconds: number): number {
    if (hashes) {
      const table = this.tables[`${action}-hash`];
      const rule = table.find(...hashes.address, nowSeconds);
      if (rule) return rule;
      const subnetRule = hashes.subnet ? table.find(...hashes.subnet, nowSeconds) : 0;
      if (subnetRule) return subnetRule;
    }
    const table = ip.version === 4 ? this.tables[`${action}-v4`] : this.tables[`${action}-v6`];
    return table.find(ip.a, ip.b, ip.c, ip.d, nowSeconds);
  }
}
