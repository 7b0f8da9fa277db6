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
const INTERNAL = [
  VISIT_MARK_HEADER,
  REPLAY_HEADER,
  "x-middleware-subrequest",
  "x-middleware-subrequest-id",
  POLICY_HEADER,
  `${POLICY_HEADER}-report-only`,
];
const INTERNAL_PREFIXES = ["x-middleware-", "x-gatehouse-"];

/** What a proxy says of the address that the visitor asked for: Next.js builds links and origin checks on it. */
const PROXY_CLAIMS = ["x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server"];

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
 * Takes out what no visitor may say: our own headers always, and a proxy's headers where the peer is none of the
 * trusted ones. Changes the record.
 */
export function dropForgedHeaders(headers: HeaderRecord, isPeerTrusted: boolean): void {
  for (const name of Object.keys(headers)) {
    if (INTERNAL.includes(name) || INTERNAL_PREFIXES.some((prefix) => name.startsWith(prefix)))
      delete headers[name];
  }
  if (isPeerTrusted) return;
  for (const name of [...FORWARDING_HEADERS, ...PROXY_CLAIMS]) delete headers[name];
  for (const name of Object.keys(headers))
    if (PLATFORM_PREFIXES.some((prefix) => name.startsWith(prefix))) delete headers[name];
}
