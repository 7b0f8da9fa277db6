import { describe, expect, test } from "vitest";
import { CHUNK_ENTRIES_MAX } from "@/lib/guard/range-chunk";
import { RuleLists } from "@/lib/guard/rule-lists";
import {
  assembleRuleSet,
  encodeChunks,
  formatManifest,
  formatPublication,
  parseManifest,
  parsePublication,
  readChunk,
  toBase64,
} from "@/lib/guard/rule-set-codec";
import { type Ip, parseIp } from "@/lib/ip";
import { hashWords } from "@/lib/privacy/hash";

const publication = (chunks: number, entries: number) => ({ id: "p-1", chunks, entries, publishedAt: 1 });
const ip = (text: string) => parseIp(text) as Ip;

async function travel(lists: RuleLists) {
  const encoded = await encodeChunks(lists);
  const texts = encoded.map(({ bytes }) => toBase64(bytes));
  return { encoded, texts, chunks: encoded.map(({ key }, at) => readChunk(key, texts[at] ?? null)) };
}

describe("a rule set on its way", () => {
  test("comes out as it went in, over several chunks and all three lists", async () => {
    const lists = new RuleLists();
    const size = CHUNK_ENTRIES_MAX + 10;
    const block = { prefix: 32, allows: false, expiresAt: 0 };
    for (let n = 0; n < size; n++)
      lists.add("v4", { ...block, start: [0xc0000000 + n * 2, 0, 0, 0], ruleId: n + 1 });
    lists.add("v6", { ...block, allows: true, start: [0x20010db8, 0, 0, 0], ruleId: 900_001 });
    const hash = hashWords("00112233445566778899aabbccddeeff");
    lists.add("hash", { start: hash, prefix: 128, allows: false, expiresAt: 50, ruleId: 900_002 });
    const { chunks } = await travel(lists);
    expect(chunks.length).toBeGreaterThan(3);
    const set = assembleRuleSet(publication(chunks.length, size + 2), chunks);
    expect(set.size).toBe(size + 2);
    expect(set.needsHashes).toBe(true);
    expect(set.match(ip("192.0.0.20"), null, 10)).toBe(-11);
    expect(set.match(ip("192.0.0.21"), null, 10)).toBe(0);
    expect(set.match(ip("2001:db8::9"), null, 10)).toBe(900_001);
    const hashes = { address: hash, subnet: null };
    expect(set.match(ip("198.51.100.1"), hashes, 49)).toBe(-900_002);
    expect(set.match(ip("198.51.100.1"), hashes, 50)).toBe(0);
  });

  test("each chunk stays well under the request limit of the edge store", async () => {
    const lists = new RuleLists();
    for (let n = 0; n < 4 * CHUNK_ENTRIES_MAX; n++)
      lists.add("v6", { start: [n, n, n, n], prefix: 128, allows: true, expiresAt: 1, ruleId: n });
    const { texts } = await travel(lists);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(700_000);
  });

  test("a missing, a cut or a foreign chunk is refused, so that a door keeps what it has", async () => {
    const lists = new RuleLists();
    lists.add("v4", { start: [1, 0, 0, 0], prefix: 32, allows: false, expiresAt: 0, ruleId: 1 });
    const { texts, chunks } = await travel(lists);
    const text = texts[0] as string;
    expect(() => readChunk("k", null)).toThrow("missing");
    expect(() => assembleRuleSet(publication(1, 2), chunks)).toThrow("number of entries");
    for (const cut of ["AA==", text.slice(0, 16), text.slice(0, 15)])
      expect(() => readChunk("k", cut)).toThrow("cut");
    for (const foreign of [btoa("x".repeat(40)), `!${text.slice(1)}`, `\u20ac${text.slice(1)}`])
      expect(() => readChunk("k", foreign)).toThrow("format");
  });

  test("the version key says what it says, or nothing", () => {
    const published = { id: "a-b", chunks: 3, entries: 30_000, publishedAt: 1_700_000_000_000 };
    const text = formatPublication(published);
    expect(parsePublication(text)).toEqual(published);
    for (const wrong of [
      null,
      "",
      "p|a-b|3|30000|1",
      "p2|a|b|c|d",
      "p3|a|1|1|1",
      7,
      `${text}|`,
      "p2|x y|1|1|1",
    ])
      expect(parsePublication(wrong)).toBeNull();
  });

  test("the list of chunks is read whole or not at all", () => {
    const keys = ["0".repeat(32), "0123456789abcdef".repeat(2)];
    const text = formatManifest(keys);
    expect(parseManifest(publication(2, 9), text)).toEqual(keys);
    for (const wrong of [null, "", text.slice(1), `${text}0`, keys[0] as string, `${text.slice(0, 63)}x`])
      expect(() => parseManifest(publication(2, 9), wrong)).toThrow("missing or cut");
  });
});
