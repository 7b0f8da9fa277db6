import { describe, expect, test } from "vitest";
import type { RangeEntry } from "@/lib/guard/range-table";
import { hashWords, TABLES, type TableName } from "@/lib/guard/rule-set";
import {
  CHUNK_ENTRIES,
  decodeRuleSet,
  encodeRuleSet,
  formatPublication,
  parsePublication,
} from "@/lib/guard/rule-set-codec";
import { type Ip, parseIp } from "@/lib/ip";

const none = () =>
  Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Record<TableName, RangeEntry[]>;
const publication = (chunks: number, entries: number) => ({ id: "p-1", chunks, entries, publishedAt: 1 });
const ip = (text: string) => parseIp(text) as Ip;

describe("a rule set on its way", () => {
  test("comes out as it went in, over several chunks and all six lists", () => {
    const entries = none();
    const size = CHUNK_ENTRIES + 10;
    for (let n = 0; n < size; n++)
      entries["block-v4"].push({
        start: [0xc0000000 + n * 2, 0, 0, 0],
        prefix: 32,
        expiresAt: 0,
        ruleId: n + 1,
      });
    entries["allow-v6"].push({ start: [0x20010db8, 0, 0, 0], prefix: 32, expiresAt: 0, ruleId: 900_001 });
    const hash = "00112233445566778899aabbccddeeff";
    entries["block-hash"].push({ start: [...hashWords(hash)], prefix: 128, expiresAt: 50, ruleId: 900_002 });
    const chunks = encodeRuleSet(entries);
    expect(chunks.length).toBe(4);
    const set = decodeRuleSet(publication(chunks.length, size + 2), chunks);
    expect(set.size).toBe(size + 2);
    expect(set.needsHashes).toBe(true);
    expect(set.find("block", ip("192.0.0.20"), null, 10)).toBe(11);
    expect(set.find("block", ip("192.0.0.21"), null, 10)).toBe(0);
    expect(set.find("allow", ip("2001:db8::9"), null, 10)).toBe(900_001);
    const hashes = { address: hashWords(hash), subnet: null };
    expect(set.find("block", ip("198.51.100.1"), hashes, 49)).toBe(900_002);
    expect(set.find("block", ip("198.51.100.1"), hashes, 50)).toBe(0);
  });

  test("each chunk stays well under the request limit of the edge store", () => {
    const entries = none();
    for (let n = 0; n < CHUNK_ENTRIES; n++)
      entries["block-v6"].push({ start: [n, n, n, n], prefix: 128, expiresAt: 1, ruleId: n });
    expect(Math.max(...encodeRuleSet(entries).map((chunk) => chunk.length))).toBeLessThan(500_000);
  });

  test("a missing, a cut or a foreign chunk is refused, so that a door keeps what it has", () => {
    const entries = none();
    entries["block-v4"].push({ start: [1, 0, 0, 0], prefix: 32, expiresAt: 0, ruleId: 1 });
    const [chunk = ""] = encodeRuleSet(entries);
    expect(() => decodeRuleSet(publication(1, 1), [null])).toThrow("missing");
    expect(() => decodeRuleSet(publication(2, 1), [chunk])).toThrow("number of chunks");
    expect(() => decodeRuleSet(publication(1, 2), [chunk])).toThrow("number of entries");
    expect(() => decodeRuleSet(publication(1, 1), [chunk.slice(0, 16)])).toThrow("cut");
    expect(() => decodeRuleSet(publication(1, 1), [btoa("x".repeat(40))])).toThrow("format");
  });

  test("the version key says what it says, or nothing", () => {
    const text = formatPublication({ id: "a-b", chunks: 3, entries: 30_000, publishedAt: 1_700_000_000_000 });
    expect(parsePublication(text)).toEqual({
      id: "a-b",
      chunks: 3,
      entries: 30_000,
      publishedAt: 1_700_000_000_000,
    });
    for (const wrong of [null, "", "p|a|b|c|d", 7, `${text}|`, "p|x y|1|1|1"])
      expect(parsePublication(wrong)).toBeNull();
  });
});
