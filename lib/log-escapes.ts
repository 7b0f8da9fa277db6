/** Runs of `\xNN` (both servers), and `\"` and `\\` (Apache). */
const ESCAPES = /(?:\\x[\da-fA-F]{2})+|\\["\\]/g;

/** A text field of the log; control characters and bytes that are not UTF-8 stay as they were written. */
export function decodeText(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPES, (run) => {
    if (!run.startsWith("\\x")) return run.slice(1);
    const codes = codesOf(run);
    if (codes.some(isControl)) return run;
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(codes));
    } catch {
      return run;
    }
  });
}

/**
 * A request target from the log as a client should have sent it: what no target may hold is
 * percent-encoded. `null` when it holds control characters: that was binary.
 */
export function encodeTarget(text: string): string | null {
  let isBinary = false;
  const bytes = text.replace(ESCAPES, (run) => {
    if (!run.startsWith("\\x")) return run.slice(1);
    const codes = codesOf(run);
    isBinary ||= codes.some(isControl);
    // Bytes beyond ASCII stay bytes: which text they were meant to be is not ours to guess.
    return codes.map((code) => (code < 128 ? String.fromCharCode(code) : percent(code))).join("");
  });
  const encoded = bytes.replace(/[^\x21-\x7e]+/g, (run) => {
    const codes = [...new TextEncoder().encode(run)];
    isBinary ||= codes.some(isControl);
    return codes.map(percent).join("");
  });
  return isBinary ? null : encoded;
}

function percent(code: number): string {
  return `%${code.toString(16).padStart(2, "0").toUpperCase()}`;
}

function isControl(code: number): boolean {
  return code < 32 || code === 127;
}

function codesOf(run: string): number[] {
  return run
    .slice(2)
    .split("\\x")
    .map((hex) => Number.parseInt(hex, 16));
}
