import { FORWARDING_HEADERS } from "@/lib/client-ip";
import { REPLAY_HEADER } from "@/lib/guard/replay-mark";
import { POLICY_HEADER } from "@/lib/guard/security-headers";
import { VISIT_MARK_HEADER } from "@/lib/guard/visit-mark";

/** Node's headers: repeated ones are joined or a list. */
export type HeaderRecord = Record<string, string | string[] | undefined>;

/**
 * Headers that only we set: between a door and what stands behind it, or inside Next.js (CVE-2025-29927), which takes the
 * nonce of a page's scripts from the policy.
 */
const INTERNAL: ReadonlySet<string> = new Set([
  VISIT_MARK_HEADER,
  REPLAY_HEADER,
  "x-middleware-subrequest",
  "x-middleware-subrequest-id",
  POLICY_HEADER,
  `${POLICY_HEADER}-report-only`,
]);
const INTERNAL_PREFIXES = ["x-middleware-", "x-gatehouse-"];

/** What a proxy says of the visitor, and of the address asked for: Next.js builds links and origin checks on that. */
const CLAIMS: ReadonlySet<string> = new Set([
  ...FORWARDING_HEADERS,
  ...["x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server"],
]);

/** What Vercel and Cloudflare say of a visitor, the place among it. */
const PLATFORM_PREFIXES = ["x-vercel-", "cf-"];

export function headerReader(headers: HeaderRecord): { get(name: string): string | null } {
  return {
    get(name) {
      const value = headers[name];
      if (value === undefined) return null;
      return typeof value === "string" ? value : value.join(", ");
    },
  };
}

/**
 * The headers without what no visitor may say: our own never pass, a proxy's only where the peer is one of the trusted
 * ones. A new record: taking names out of one makes all later reading of it slow.
 */
export function withoutForged(headers: HeaderRecord, isPeerTrusted: boolean): HeaderRecord {
  const kept: HeaderRecord = {};
  for (const name of Object.keys(headers)) {
    if (isOurs(name) || (!isPeerTrusted && isClaim(name))) continue;
    kept[name] = headers[name];
  }
  return kept;
}

function isOurs(name: string): boolean {
  return INTERNAL.has(name) || INTERNAL_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function isClaim(name: string): boolean {
  return CLAIMS.has(name) || PLATFORM_PREFIXES.some((prefix) => name.startsWith(prefix));
}
