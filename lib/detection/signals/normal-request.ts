import { decodeDeep, LENGTH_MAX, shortenRuns } from "@/lib/detection/signals/decode";
import type { SignalRequest } from "@/lib/detection/signals/names";

/** A request as the families look at it: cut and decoded once for all of them. */
export type NormalRequest = {
  readonly source: SignalRequest;
  /** As sent, cut. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Decoded and lower-case; backslashes as they are. */
  readonly pathText: string;
  /** The same with forward slashes only. */
  readonly path: string;
  /** What stands between the slashes of `path`, without `;parameters` and without what follows a NUL. */
  readonly segments: readonly string[];
  readonly query: string;
  /** `path?query`, decoded, lower-case. */
  readonly target: string;
  /** Lower-case. */
  readonly agent: string;
  /** Decoded, lower-case. */
  readonly referrer: string;
};

const AGENT_LENGTH_MAX = 512;

const cut = (text: string, length = LENGTH_MAX) => (text.length > length ? text.slice(0, length) : text);

/** Reads a query's text as a form does: `+` is a blank. */
export function decodeQuery(text: string): string {
  return decodeDeep(text.includes("+") ? text.replaceAll("+", " ") : text).toLowerCase();
}

export function normaliseRequest(source: SignalRequest): NormalRequest {
  const rawPath = cut(source.path);
  const rawQuery = cut(source.query ?? "");
  const pathText = shortenRuns(decodeDeep(rawPath).toLowerCase());
  const path = pathText.includes("\\") ? pathText.replaceAll("\\", "/") : pathText;
  const query = rawQuery === "" ? "" : decodeQuery(rawQuery);
  return {
    source,
    rawPath,
    rawQuery,
    pathText,
    path,
    segments: segmentsOf(path),
    query,
    target: query === "" ? path : `${path}?${query}`,
    agent: cut(source.userAgent, AGENT_LENGTH_MAX).toLowerCase(),
    referrer: source.referrer ? decodeDeep(cut(source.referrer)).toLowerCase() : "",
  };
}

function segmentsOf(path: string): string[] {
  const isPlain = !/[;\u2400?#]/.test(path);
  return path
    .split("/")
    .map((segment) => (isPlain ? segment : (segment.split(/[;\u2400?#]/, 1)[0] ?? "")))
    .filter((segment) => segment !== "" && segment !== ".");
}
