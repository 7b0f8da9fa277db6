/** The parameters of one hop (`for`, `by`, `host`, `proto`, …), names in lower case. */
export type ForwardedElement = ReadonlyMap<string, string>;

const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * Reads a whole `Forwarded` field (RFC 7239), the visitor's end first. `null` when any part of it is
 * malformed; whoever must not be fooled by a malformed left part reads element by element from the
 * right (`forwardedElementStart`).
 */
export function parseForwarded(field: string): ForwardedElement[] | null {
  // RFC 9110 5.5: a field value has no space around it.
  if (field !== field.trim()) return null;
  const elements: ForwardedElement[] = [];
  for (let end = field.length; end >= 0; ) {
    const start = forwardedElementStart(field, end);
    const element = parseForwardedElement(field.slice(start, end));
    if (element === null) return null;
    // RFC 9110 5.6.1: empty list elements do not count.
    if (element.size > 0) elements.push(element);
    end = start - 1;
  }
  return elements.reverse();
}

/**
 * Where the element that ends before `end` starts: after the nearest comma to the left that is not
 * inside quotes. Read from the right because only the right end was written by a trusted proxy: an
 * open quote sent by the visitor cannot swallow what the proxy has added.
 */
export function forwardedElementStart(field: string, end: number): number {
  let isQuoted = false;
  for (let index = end - 1; index >= 0; index--) {
    const code = field.charCodeAt(index);
    if (code === QUOTE) {
      if (!isQuoted) isQuoted = true;
      else if (!isEscaped(field, index)) isQuoted = false;
    } else if (code === COMMA && !isQuoted) {
      return index + 1;
    }
  }
  return 0;
}

/** Whether an odd number of backslashes stands before `index`. */
function isEscaped(field: string, index: number): boolean {
  let start = index;
  while (start > 0 && field.charCodeAt(start - 1) === BACKSLASH) start--;
  return (index - start) % 2 === 1;
}

/** Reads `for=192.0.2.43;proto=https`; `null` when malformed or when a parameter comes twice. */
export function parseForwardedElement(text: string): ForwardedElement | null {
  const pairs = new Map<string, string>();
  let index = 0;
  for (;;) {
    index = skipSpace(text, index);
    if (index < text.length && text.charCodeAt(index) !== SEMICOLON) {
      const nameEnd = skipToken(text, index, false);
      if (nameEnd === index || text.charCodeAt(nameEnd) !== EQUALS) return null;
      const name = text.slice(index, nameEnd).toLowerCase();
      const start = nameEnd + 1;
      const isQuoted = text.charCodeAt(start) === QUOTE;
      const end = isQuoted ? quotedEnd(text, start) : skipToken(text, start, true);
      if (end <= start || pairs.has(name)) return null;
      pairs.set(name, isQuoted ? unquote(text, start, end) : text.slice(start, end));
      index = skipSpace(text, end);
    }
    if (index >= text.length) return pairs;
    if (text.charCodeAt(index) !== SEMICOLON) return null;
    index++;
  }
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (text.charCodeAt(index) === SPACE || text.charCodeAt(index) === TAB) index++;
  return index;
}

/** The end of the token (RFC 9110 5.6.2) that starts at `start`. */
function skipToken(text: string, start: number, isNode: boolean): number {
  let index = start;
  while (index < text.length && isTokenCharacter(text.charCodeAt(index), isNode)) index++;
  return index;
}

function isTokenCharacter(code: number, isNode: boolean): boolean {
  if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 94 && code <= 122)) return true;
  // Ports and IPv6 need quotes (RFC 7239 4); proxies that leave them out are still understood.
  if (isNode && (code === 58 || code === 91 || code === 93)) return true;
  // ! # $ % & ' * + - . | ~
  return (
    code === 33 ||
    (code >= 35 && code <= 39) ||
    code === 42 ||
    code === 43 ||
    code === 45 ||
    code === 46 ||
    code === 124 ||
    code === 126
  );
}

/** The index after the closing quote of the quoted-string at `start`, or -1 (RFC 9110 5.6.4). */
function quotedEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    let code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    if (code === BACKSLASH) code = text.charCodeAt(++index);
    const isText = code === TAB || (code >= SPACE && code !== 127 && code <= 255);
    if (!isText) return -1;
  }
  return -1;
}

function unquote(text: string, start: number, end: number): string {
  return text.slice(start + 1, end - 1).replace(/\\(.)/g, "$1");
}
