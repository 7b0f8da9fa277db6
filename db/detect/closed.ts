import { and, eq, gt, inArray } from "drizzle-orm";
import type { Database } from "@/db/client";
import type { Flagged } from "@/db/detect/flagged";
import { suspiciousIps } from "@/db/schema";

/** Which of these targets had their case closed after a time, and when: what they did before opens it no more. */
export async function closedSince(
  db: Database,
  flagged: readonly Flagged[],
  since: Date,
): Promise<Map<string, Date>> {
  if (flagged.length === 0) return new Map();
  const targets = flagged.map(({ target }) => target);
  const rows = await db
    .select({ target: suspiciousIps.target, at: suspiciousIps.statusAt })
    .from(suspiciousIps)
    .where(
      and(
        inArray(suspiciousIps.target, targets),
        eq(suspiciousIps.status, "resolved"),
        gt(suspiciousIps.statusAt, since),
      ),
    );
  return new Map(rows.map(({ target, at }) => [target, at]));
}
