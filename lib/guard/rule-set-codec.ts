import { type RangeColumns, type RangeEntry, RangeTable } from "@/lib/guard/range-table";
import { RuleSet, TABLES, type TableName, widthOf } from "@/lib/guard/rule-set";

/** Entries of one chunk: below 480 kB of text for IPv6, well under the request limit of the edge store. */
export const CHUNK_ENTRIES = 12_000;
const HEADER_BYTES = 8;
const FORMAT = 1;

/** What stands behind the version key: enough to fetch the chunks and to know whether all are there. */
export type Publication = { id: string; chunks: number; entries: number; publishedAt: number };

export function formatPublication(publication: Publication): string {
  return `p|${publication.id}|${publication.chunks}|${publication.entries}|${publication.publishedAt}`;
}

export function parsePublication(text: unknown): Publication | null {
  const match =
    typeof text === "string" ? /^p\|([\w-]{1,64})\|(\d{1,6})\|(\d{1,9})\|(\d{1,16})$/.exec(text) : null;
  if (!match) return null;
  return {
    id: match[1] as string,
    chunks: Number(match[2]),
    entries: Number(match[3]),
    publishedAt: Number(match[4]),
  };
}

function bytesOf(width: number, count: number): number {
  return HEADER_BYTES + count * (4 * width + 4 + 4 + 1);
}

function columnsOver(buffer: ArrayBuffer, width: number, count: number): RangeColumns {
  const expiresAt = HEADER_BYTES + 4 * width * count;
  return {
    starts: new Uint32Array(buffer, HEADER_BYTES, width * count),
    expiresAt: new Uint32Array(buffer, expiresAt, count),
    ruleIds: new Uint32Array(buffer, expiresAt + 4 * count, count),
    prefixes: new Uint8Array(buffer, expiresAt + 8 * count, count),
  };
}

function copyColumns(
  from: RangeColumns,
  to: RangeColumns,
  width: number,
  offset: number,
  target: number,
  count: number,
) {
  to.starts.set(from.starts.subarray(offset * width, (offset + count) * width), target * width);
  to.expiresAt.set(from.expiresAt.subarray(offset, offset + count), target);
  to.ruleIds.set(from.ruleIds.subarray(offset, offset + count), target);
  to.prefixes.set(from.prefixes.subarray(offset, offset + count), target);
}

/** The chunks of a rule set as texts: little-endian columns of one table each, in base64. */
export function encodeRuleSet(entries: Readonly<Record<TableName, readonly RangeEntry[]>>): string[] {
  const chunks: string[] = [];
  TABLES.forEach((name, tableNumber) => {
    const width = widthOf(name);
    const table = RangeTable.from(width, entries[name]);
    for (let offset = 0; offset < table.size; offset += CHUNK_ENTRIES) {
      const count = Math.min(CHUNK_ENTRIES, table.size - offset);
      const buffer = new ArrayBuffer(bytesOf(width, count));
      const header = new DataView(buffer);
      header.setUint8(0, FORMAT);
      header.setUint8(1, tableNumber);
      header.setUint32(4, count, true);
      copyColumns(table.columns, columnsOver(buffer, width, count), width, offset, 0, count);
      chunks.push(toText(new Uint8Array(buffer)));
    }
  });
  return chunks;
}

/** @throws Error where a chunk is missing, cut or of another format: a door then keeps the set that it has. */
export function decodeRuleSet(publication: Publication, chunks: readonly (string | null)[]): RuleSet {
  if (chunks.length !== publication.chunks) throw new Error("The rule set has another number of chunks.");
  const parts = new Map<TableName, { columns: RangeColumns; count: number }[]>();
  let total = 0;
  for (const text of chunks) {
    if (!text) throw new Error("A chunk of the rule set is missing.");
    const buffer = toBuffer(text);
    const header = new DataView(buffer);
    const name = TABLES[header.getUint8(1)];
    const count = header.getUint32(4, true);
    if (header.getUint8(0) !== FORMAT || !name) throw new Error("The rule set is of another format.");
    if (buffer.byteLength !== bytesOf(widthOf(name), count))
      throw new Error("A chunk of the rule set is cut.");
    parts.set(name, [
      ...(parts.get(name) ?? []),
      { columns: columnsOver(buffer, widthOf(name), count), count },
    ]);
    total += count;
  }
  if (total !== publication.entries) throw new Error("The rule set has another number of entries.");
  const tables = Object.fromEntries(TABLES.map((name) => [name, joinParts(name, parts.get(name) ?? [])]));
  return new RuleSet(publication.id, publication.publishedAt, tables as Record<TableName, RangeTable>);
}

function joinParts(name: TableName, parts: readonly { columns: RangeColumns; count: number }[]): RangeTable {
  const width = widthOf(name);
  const size = parts.reduce((sum, part) => sum + part.count, 0);
  const columns = columnsOver(new ArrayBuffer(bytesOf(width, size)), width, size);
  let at = 0;
  for (const part of parts) {
    copyColumns(part.columns, columns, width, 0, at, part.count);
    at += part.count;
  }
  return new RangeTable(width, columns);
}

function toText(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function toBuffer(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  if (bytes.length < HEADER_BYTES) throw new Error("A chunk of the rule set is cut.");
  return bytes.buffer;
}
