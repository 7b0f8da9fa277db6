/**
 * An address in canonical form: unsigned 32-bit words, most significant first.
 * IPv4 uses `a` alone, the others are 0. IPv4-mapped IPv6 is always IPv4 here (RFC 4291 2.5.5.2).
 */
export type Ip = {
  readonly version: 4 | 6;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
};

const DOT = 46;
const ZERO = 48;
const COLON = 58;

// One scratch for all calls: parsing is synchronous and must not allocate.
const groups = new Uint16Array(8);

export function ipv4(word: number): Ip {
  return { version: 4, a: word >>> 0, b: 0, c: 0, d: 0 };
}

export function ipv6(a: number, b: number, c: number, d: number): Ip {
  return { version: 6, a: a >>> 0, b: b >>> 0, c: c >>> 0, d: d >>> 0 };
}

/**
 * Reads a textual address: strict dotted decimal or RFC 4291 text, nothing else (no port, brackets,
 * zone, prefix, space, leading zero, or shorthand such as `127.1`). `null` when it is not one.
 */
export function parseIp(text: string): Ip | null {
  return parseIpBetween(text, 0, text.length);
}

/** `parseIp` of a part of a text, from `start` to before `end`: a header is read where it is, without cutting it. */
export function parseIpBetween(text: string, start: number, end: number): Ip | null {
  // The longest spelling is 45 characters; the shortest is "::".
  if (end - start < 2 || end - start > 45) return null;
  // A group has four digits at most, so an IPv6 address shows a colon among the first five characters.
  for (let index = start; index < start + 5 && index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === COLON) return parseIpv6(text, start, end);
    if (code === DOT) break;
  }
  const word = parseIpv4Word(text, start, end);
  return word < 0 ? null : { version: 4, a: word, b: 0, c: 0, d: 0 };
}

/** The 32 bits of dotted decimal that fills `text` from `start` to before `end`, or -1. */
function parseIpv4Word(text: string, start: number, end: number): number {
  let word = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return -1;
      word = word * 256 + octet;
      octet = 0;
      digits = 0;
      dots++;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return -1;
    if (digits > 0 && octet === 0) return -1;
    octet = octet * 10 + digit;
    if (octet > 255) return -1;
    digits++;
  }
  return dots === 3 && digits > 0 ? word * 256 + octet : -1;
}

function parseIpv6(text: string, start: number, end: number): Ip | null {
  let count = 0;
  let gap = -1;
  let index = start;
  if (text.charCodeAt(start) === COLON) {
    if (text.charCodeAt(start + 1) !== COLON) return null;
    gap = 0;
    index = start + 2;
  }
  while (index < end) {
    const groupStart = index;
    let value = 0;
    let digit = -1;
    while (index < end) {
      digit = hexDigit(text.charCodeAt(index));
      if (digit < 0) break;
      if (index - groupStart === 4) return null;
      value = value * 16 + digit;
      index++;
    }
    if (index < end && text.charCodeAt(index) === DOT) {
      const word = parseIpv4Word(text, groupStart, end);
      if (word < 0 || count > 6) return null;
      groups[count++] = word >>> 16;
      groups[count++] = word & 0xffff;
      break;
    }
    if (index === groupStart || count === 8) return null;
    groups[count++] = value;
    if (index === end) break;
    if (text.charCodeAt(index) !== COLON) return null;
    index++;
    if (index === end) return null;
    if (text.charCodeAt(index) === COLON) {
      if (gap >= 0) return null;
      gap = count;
      index++;
    }
  }
  return assemble(count, gap);
}

/** Puts the zeros of "::" (at group `gap`, or -1) where they belong and reads the words. */
function assemble(count: number, gap: number): Ip | null {
  if (gap < 0) {
    if (count !== 8) return null;
  } else {
    if (count > 7) return null;
    for (let from = count - 1, to = 7; to >= gap; from--, to--) groups[to] = from >= gap ? groups[from]! : 0;
  }
  const a = groups[0]! * 65536 + groups[1]!;
  const b = groups[2]! * 65536 + groups[3]!;
  const c = groups[4]! * 65536 + groups[5]!;
  const d = groups[6]! * 65536 + groups[7]!;
  if (a === 0 && b === 0 && c === 0xffff) return ipv4(d);
  return ipv6(a, b, c, d);
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
