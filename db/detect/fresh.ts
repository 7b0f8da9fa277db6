import type { Database } from "@/db/client";

/** A target that was found so lately is not examined again by a drain, but by one a little later. */
const FRESH_MS = 3000;

/**
 * Those of the targets that were found a moment ago. With a drain every half second, whoever goes on would otherwise be
 * examined and written down with every one of them.
 */
export async function freshTargets(
  db: Database,
  targets: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (targets.length === 0) return new Set();
  const rows = await db.$client<{ target: string }[]>`
    select target from suspicious_ips
    where target = any(${[...targets]}::text[]) and status <> 'resolved'
      and last_detected > ${new Date(now.getTime() - FRESH_MS).toISOString()}::timestamptz`;
  return new Set(rows.map(({ target }) => target));
}
