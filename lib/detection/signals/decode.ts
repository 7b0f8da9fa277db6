/** A visitor's field is read this far: what follows cannot make the work grow. In characters. */
export const LENGTH_MAX = 2_048;
const ROUNDS_MAX = 3;

const ESCAPED = /(?:%[\da-f]{2})+/gi;
const WIDE_ESCAPED = /%u([\da-f]{4})/gi;
const BEYOND_ASCII = /[^\p{ASCII}]/u;
/** A decoded NUL, which ends a text for some programs, as a sign that patterns and pages can show. */
const NUL_SIGN = "\u2400";
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
  colon: ":",
  lpar: "(",
  rpar: ")",
  newline: "\n",
  tab: "\t",
  sol: "/",
  period: ".",
};

/**
 * Text as a lenient server or a second decoder further in would read it: percent-decoded up to three times, with
 * overlong UTF-8 (`%c0%ae` is a full stop), IIS' `%u002e` and full-width letters. Never throws.
 */
export function decodeDeep(text: string): string {
  let result = text;
  for (let round = 0; round < ROUNDS_MAX && result.includes("%"); round++) {
    const next = decodeOnce(result);
    if (next === result) break;
    result = next;
  }
  if (BEYOND_ASCII.test(result))
    result = result.normalize("NFKC").replace(INVISIBLE, "").slice(0, LENGTH_MAX);
  return result;
}

function decodeOnce(text: string): string {
  const wide = text.includes("%u") || text.includes("%U") ? text.replace(WIDE_ESCAPED, fromHex) : text;
  return wide.replace(ESCAPED, (run) => textOf(run));
}

function fromHex(_escape: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** UTF-8 read as leniently as the servers that such escapes are made for; other bytes are Latin-1. */
function textOf(run: string): string {
  const bytes: number[] = [];
  for (let index = 1; index < run.length; index += 3)
    bytes.push(Number.parseInt(run.slice(index, index + 2), 16));
  let text = "";
  for (let index = 0; index < bytes.length; index++) {
    const first = bytes[index]!;
    const length = sequenceLength(first);
    let code = length === 1 ? first : first & (0xff >> (length + 1));
    if (length > 1 && index + length <= bytes.length && areFollowers(bytes, index, length)) {
      for (let next = index + 1; next < index + length; next++) code = (code << 6) | (bytes[next]! & 0x3f);
      index += length - 1;
    } else code = first;
    text += code === 0 ? NUL_SIGN : code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
}

// 0xC0 and 0xC1 begin no valid sequence: whatever follows them was meant to be masked.
function areFollowers(bytes: readonly number[], start: number, length: number): boolean {
  if (bytes[start]! < 0xc2) return true;
  for (let index = start + 1; index < start + length; index++)
    if ((bytes[index]! & 0xc0) !== 0x80) return false;
  return true;
}

/** Padding of a path cut short: long runs say no more than short ones and make patterns slow. */
export function shortenRuns(path: string): string {
  if (!/\/{3}|\\{3}|\.{9}/.test(path)) return path;
  return path
    .replace(/\/{3,}/g, "//")
    .replace(/\\{3,}/g, "\\\\")
    .replace(/\.{9,}/g, "........");
}

/** What a page's or a script's own decoder adds: character references and `\u003c`, `\x3c`. */
export function decodeMarkup(text: string): string {
  if (!/[&\\]/.test(text)) return text;
  return text
    .replace(/\\u\{?0{0,2}([\da-f]{4})\}?|\\x([\da-f]{2})/gi, (_, wide?: string, narrow?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow ?? "20", 16)),
    )
    .replace(/&#0{0,6}(\d{1,6});?|&#x0{0,6}([\da-f]{1,6});?/gi, (_, ten?: string, hex?: string) => {
      const code = ten === undefined ? Number.parseInt(hex ?? "20", 16) : Number(ten);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    })
    .replace(/&([a-z]{2,8});/gi, (reference, name: string) => ENTITIES[name.toLowerCase()] ?? reference);
}
