import type { LimitState } from "@/lib/guard/verdict";

/** The largest Integer of a structured field (RFC 9651 3.3.1). */
const INTEGER_MAX = 999_999_999_999_999;

/**
 * The `RateLimit` and `RateLimit-Policy` fields of draft-ietf-httpapi-ratelimit-headers-10, one list
 * member for each limit: `"login";r=0;t=34` and `"login";q=5;w=60`. No limits: no fields.
 * @throws Error when a policy's name cannot be written in a header.
 */
export function rateLimitHeaders(limits: readonly LimitState[]): Record<string, string> {
  if (limits.length === 0) return {};
  const states = limits.map(
    ({ policy, remaining, resetSeconds }) =>
      `${quoted(policy)};r=${down(Math.max(remaining, 0))};t=${up(resetSeconds, 0)}`,
  );
  // A window has at least one second (draft 3.1.2).
  const policies = limits.map(
    ({ policy, limit, windowSeconds }) =>
      `${quoted(policy)};q=${down(Math.max(limit, 0))};w=${up(windowSeconds, 1)}`,
  );
  return { RateLimit: states.join(", "), "RateLimit-Policy": policies.join(", ") };
}

/**
 * The same for an answer of 429 or 503, with `Retry-After` in whole seconds: at least 1, and never
 * before an exhausted limit resets (draft 6: "SHOULD NOT be earlier").
 */
export function refusalHeaders(
  limits: readonly LimitState[],
  retryAfterSeconds: number,
): Record<string, string> {
  const resets = limits
    .filter(({ remaining }) => remaining < 1)
    .map(({ resetSeconds }) => up(resetSeconds, 1));
  const retryAfter = Math.max(up(retryAfterSeconds, 1), ...resets);
  return { ...rateLimitHeaders(limits), "Retry-After": String(retryAfter) };
}

function down(value: number): number {
  return Math.min(Math.floor(value), INTEGER_MAX);
}

function up(value: number, min: number): number {
  return Math.min(Math.max(Math.ceil(value), min), INTEGER_MAX);
}

/** A String of RFC 9651 3.3.3. */
function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new Error(`The policy name ${JSON.stringify(text)} is not printable ASCII`);
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
