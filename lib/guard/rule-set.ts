import type { RangeChunk } from "@/lib/guard/range-chunk";
import { RangeTable } from "@/lib/guard/range-table";
import { TABLES, type TableName } from "@/lib/guard/tables";
import type { Ip } from "@/lib/ip";
import type { HashWords } from "@/lib/privacy/hash";

/** A visitor's hash, and for IPv6 that of the /64. */
export type VisitorHashes = { readonly address: HashWords; readonly subnet: HashWords | null };

/** The published, compiled lists, as a door holds them in memory. */
export class RuleSet {
  readonly tables: Readonly<Record<TableName, RangeTable>>;
  readonly size: number;
  /** Whether an answer depends on hashes at all: they cost more than the lookup, so nobody makes them in vain. */
  readonly needsHashes: boolean;

  /** @throws Error where the chunks of a list do not follow one another. */
  constructor(
    /** The publication that this is: a new one has another id. */
    readonly id: string,
    readonly publishedAt: number,
    chunks: readonly RangeChunk[],
  ) {
    const tables = TABLES.map((name) => [
      name,
      new RangeTable(
        name,
        chunks.filter((chunk) => chunk.table === name),
      ),
    ]);
    this.tables = Object.fromEntries(tables) as Record<TableName, RangeTable>;
    this.size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    this.needsHashes = this.tables.hash.size > 0;
  }

  static empty(id = "none"): RuleSet {
    return new RuleSet(id, 0, []);
  }

  /**
   * The rule that holds for the visitor: the id of one that allows, else the negative id of one that blocks, else 0. Of
   * several of the same action an address by its hash goes before a /64 by its hash, and that before a range.
   */
  match(ip: Ip, hashes: VisitorHashes | null, nowSeconds: number): number {
    let blocked = 0;
    if (hashes) {
      const [a, b, c, d] = hashes.address;
      blocked = this.tables.hash.match(a, b, c, d, nowSeconds);
      if (blocked > 0) return blocked;
      if (hashes.subnet) {
        const [a, b, c, d] = hashes.subnet;
        const rule = this.tables.hash.match(a, b, c, d, nowSeconds);
        if (rule > 0) return rule;
        if (blocked === 0) blocked = rule;
      }
    }
    const table = ip.version === 4 ? this.tables.v4 : this.tables.v6;
    const rule = table.match(ip.a, ip.b, ip.c, ip.d, nowSeconds);
    return rule > 0 || blocked === 0 ? rule : blocked;
  }
}
