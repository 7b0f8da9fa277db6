import {
  CHUNK_ENTRIES_MAX,
  CHUNK_FORMAT,
  CHUNK_HEADER_BYTES,
  RangeChunk,
  strideOf,
} from "@/lib/guard/range-chunk";
import type { RuleLists } from "@/lib/guard/rule-lists";
import { RuleSet } from "@/lib/guard/rule-set";
import { TABLES } from "@/lib/guard/tables";

/** What stands behind the version key: enough to know whether all of it is there. Which chunks it has, its manifest says. */
export type Publication = { id: string; chunks: number; entries: number; publishedAt: number };

/** A chunk under the key of its content: equal chunks of different publications are one. */
export type EncodedChunk = { key: string; bytes: ArrayBuffer };

const KEY_DIGITS = 32;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 255;
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 64; value++) DIGITS[BASE64.charCodeAt(value)] = value;

/** The text starts with its format: a door of another version does not know it, and keeps the rules that it has. */
export function formatPublication(publication: Publication): string {
  const { id, chunks, entries, publishedAt } = publication;
  return `p${CHUNK_FORMAT}|${id}|${chunks}|${entries}|${publishedAt}`;
}

export function parsePublication(text: unknown): Publication | null {
  const match =
    typeof text === "string" ? /^p2\|([\w-]{1,64})\|(\d{1,6})\|(\d{1,9})\|(\d{1,16})$/.exec(text) : null;
  if (!match) return null;
  return {
    id: match[1] as string,
    chunks: Number(match[2]),
    entries: Number(match[3]),
    publishedAt: Number(match[4]),
  };
}

/** The keys of a publication's chunks, in order. */
export function formatManifest(keys: readonly string[]): string {
  return keys.join("");
}

/** @throws Error where it is cut. */
export function parseManifest(publication: Publication, text: string | null): string[] {
  const keys = text?.match(/[0-9a-f]{32}/g) ?? [];
  if (keys.length !== publication.chunks || (text ?? "").length !== KEY_DIGITS * publication.chunks)
    throw new Error("The list of the rule set's chunks is missing or cut.");
  return keys;
}

/** The chunks of the lists with their keys. It is asynchronous, and others run in between. */
export async function encodeChunks(lists: RuleLists): Promise<EncodedChunk[]> {
  const chunks: EncodedChunk[] = [];
  for (const bytes of lists.chunks()) chunks.push({ key: await contentKey(bytes), bytes });
  return chunks;
}

async function contentKey(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, KEY_DIGITS / 2), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** @throws Error where the chunk is missing, cut or of another format: a door then keeps the set that it has. */
export function readChunk(key: string, text: string | null): RangeChunk {
  if (!text) throw new Error("A chunk of the rule set is missing.");
  return chunkOf(key, fromBase64(text));
}

function chunkOf(key: string, bytes: ArrayBuffer): RangeChunk {
  if (bytes.byteLength < CHUNK_HEADER_BYTES) throw new Error("A chunk of the rule set is cut.");
  const header = new DataView(bytes);
  const table = TABLES[header.getUint8(1)];
  if (header.getUint8(0) !== CHUNK_FORMAT || !table) throw new Error("The rule set is of another format.");
  const count = header.getUint32(4, true);
  if (count === 0 || count > CHUNK_ENTRIES_MAX) throw new Error("The rule set is of another format.");
  if (bytes.byteLength !== CHUNK_HEADER_BYTES + 4 * strideOf(table) * count)
    throw new Error("A chunk of the rule set is cut.");
  return new RangeChunk(table, key, bytes);
}

/** @throws Error where the chunks are not those of the publication. */
export function assembleRuleSet(publication: Publication, chunks: readonly RangeChunk[]): RuleSet {
  const set = new RuleSet(publication.id, publication.publishedAt, chunks);
  if (set.size !== publication.entries) throw new Error("The rule set has another number of entries.");
  return set;
}

/** The rule set as a door would have it, without the way through the edge store. */
export function ruleSetOf(id: string, publishedAt: number, lists: RuleLists): RuleSet {
  return new RuleSet(
    id,
    publishedAt,
    Array.from(lists.chunks(), (bytes, at) => chunkOf(String(at), bytes)),
  );
}

export function toBase64(bytes: ArrayBuffer): string {
  const view = new Uint8Array(bytes);
  let binary = "";
  for (let at = 0; at < view.length; at += 0x2000)
    binary += String.fromCharCode(...view.subarray(at, at + 0x2000));
  return btoa(binary);
}

/** Reads base64 straight into bytes: `atob` would make a text of the same length first. */
function fromBase64(text: string): ArrayBuffer {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0) throw new Error("A chunk of the rule set is cut.");
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let bits = 0;
  let held = 0;
  let seen = 0;
  let to = 0;
  for (let at = 0; at < digits; at++) {
    const code = text.charCodeAt(at);
    const digit = code < 128 ? (DIGITS[code] as number) : NO_DIGIT;
    seen |= digit;
    bits = (bits << 6) | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[to++] = bits >>> held;
    }
  }
  if (seen > 63) throw new Error("A chunk of the rule set is of another format.");
  return bytes.buffer;
}
