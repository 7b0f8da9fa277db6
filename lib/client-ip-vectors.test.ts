import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { clientIp } from "@/lib/client-ip";
import { canonicalIp, formatIp, parseRange } from "@/lib/ip";

const dataFolder = process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const vectorFile = `${dataFolder}/client_ip_vectors_peers/client_ip.dev.jsonl`;
const isPresent = existsSync(vectorFile);

type Vector = {
  scheme: string;
  headers: Record<string, string[]>;
  remote_addr: string | null;
  expected: string | null;
  trusted?: string[];
  trusted_regexp?: string;
};

// What Rails trusts when nothing else is said; proxy-addr trusts only what is listed.
const TRUSTED_BY_RAILS = ["127.0.0.0/8", "::1", "fc00::/7", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function answerTo(vector: Vector): string | null {
  const listed = vector.trusted ?? [vector.trusted_regexp?.replace(/[\\^$]/g, "") ?? []].flat();
  const texts = vector.scheme.startsWith("rails") ? [...TRUSTED_BY_RAILS, ...listed] : listed;
  const headers = new Headers();
  for (const [name, values] of Object.entries(vector.headers)) {
    for (const value of values) headers.append(name, value);
  }
  // A socket has one peer: of a list in REMOTE_ADDR it is the last, as Rails reads it, too.
  const peer = vector.remote_addr?.split(",").at(-1) ?? null;
  const ranges = texts.map((text) => parseRange(text)!);
  const client = clientIp({ headers, peer, trust: { kind: "ranges", ranges }, platform: null });
  return client === null ? null : formatIp(client.ip);
}

type Difference = {
  readonly reason: string;
  /** Line numbers of the vector file, from 1. */
  readonly lines: readonly number[];
  /** What we answer instead. */
  readonly ours: (vector: Vector) => string | null;
};

const hopsOf = (vector: Vector) => (vector.headers["X-Forwarded-For"] ?? []).join(",").split(/\s*,\s*/);

/** The rows on which we differ by principle: each group says why, and what holds here. */
const DIFFERENCES: readonly Difference[] = [
  {
    reason: "an untrusted peer's headers are never believed",
    lines: [3, 19],
    ours: (vector) => canonicalIp(vector.remote_addr!),
  },
  {
    reason: "garbage is not skipped: what stands left of it was written by nobody we know",
    lines: [5, 21],
    ours: () => null,
  },
  {
    reason: "the nearest hop that parses stands in for garbage, a proxy's address too",
    lines: [11, 24, 37],
    ours: (vector) => canonicalIp(hopsOf(vector).at(-1)!),
  },
  {
    reason: "Client-IP is not read, so it cannot contradict",
    lines: [14, 27],
    ours: (vector) => canonicalIp(hopsOf(vector).at(-1)!),
  },
  {
    reason: "a chain of trusted hops gives its left end",
    lines: [36],
    ours: (vector) => canonicalIp(hopsOf(vector)[0]!),
  },
  {
    reason: "the answer is always an address; the nearest hop that parses stands in",
    lines: [54, 70, 71],
    ours: (vector) => canonicalIp(vector.remote_addr!),
  },
  {
    reason: "a peer that no door can know counts as a trusted hop",
    lines: [73],
    ours: (vector) => canonicalIp(hopsOf(vector).at(-1)!),
  },
];

describe.skipIf(!isPresent)("published client-address vectors (needs ../shared/data)", () => {
  const rows = isPresent ? readFileSync(vectorFile, "utf8").trim().split("\n") : [];
  const vectors = rows.map((row, index) => ({ line: index + 1, vector: JSON.parse(row) as Vector }));
  const ofOurScheme = vectors.filter(({ vector }) => /^(rails|proxy-addr)/.test(vector.scheme));
  const isListed = (line: number) => DIFFERENCES.some(({ lines }) => lines.includes(line));

  test("59 of the 73 rows of the right-most-untrusted scheme hold as they are", () => {
    const same = ofOurScheme.filter(({ line }) => !isListed(line));
    for (const { line, vector } of same) {
      const expected = vector.expected === null ? null : canonicalIp(vector.expected);
      expect(answerTo(vector), `line ${line}`).toBe(expected);
    }
    expect([same.length, ofOurScheme.length]).toEqual([59, 73]);
  });

  test.each(DIFFERENCES)("$lines.length differ: $reason", ({ lines, ours }) => {
    for (const { line, vector } of ofOurScheme.filter((row) => lines.includes(row.line))) {
      expect(answerTo(vector), `line ${line}`).toBe(ours(vector));
      expect(answerTo(vector), `line ${line} no longer differs`).not.toBe(vector.expected);
    }
  });
});
