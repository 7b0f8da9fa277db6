import { and, count, desc, eq, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { ipRules, type SuspiciousIp, type SuspiciousStatus, suspiciousIps } from "@/db/schema";
import { targetLabel } from "@/lib/guard/rule-target";
import { formatIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { parseAddressQuery } from "@/lib/request-filter";

/** A suspicious target as a page shows it: `label` is its name, `rule` the block that followed. */
export type SuspiciousIpView = SuspiciousIp & {
  label: string;
  rule: { id: number; isInForce: boolean; expiresAt: Date | null; origin: string } | null;
};

export type SuspiciousQuery = {
  /** `active` is open and blocked. */
  status?: SuspiciousStatus | "active" | "all";
  /** A rule's id, which finds rows of several reasons too, or `multiple`. */
  reason?: string;
  /** An address (found by its hash), a range, a hash, a handle (`203.0.113.0/24 · 7f3a9c`), or a part of a reason. */
  search?: string;
  /** The `nextCursor` of the page before. */
  cursor?: string;
  limit?: number;
};

export type SuspiciousList = {
  rows: SuspiciousIpView[];
  nextCursor: string | null;
  /** How many fit, over all pages. */
  total: number;
  /** How many of each status there are, whatever the query asks for. */
  counts: Record<SuspiciousStatus, number>;
};

const ruleColumns = {
  id: ipRules.id,
  isInForce: sql<boolean>`${ipRules.isActive} and (${ipRules.expiresAt} is null or ${ipRules.expiresAt} > now())`,
  expiresAt: ipRules.expiresAt,
  origin: ipRules.origin,
};

const rowsOf = (db: Querier) =>
  db
    .select({ row: suspiciousIps, rule: ruleColumns })
    .from(suspiciousIps)
    .leftJoin(ipRules, eq(ipRules.id, suspiciousIps.ruleId));

type Found = Awaited<ReturnType<typeof rowsOf>>[number];

const viewOf = ({ row, rule }: Found): SuspiciousIpView => ({ ...row, label: labelOf(row), rule });

/** `203.0.113.7` where addresses are stored, `203.0.113.0/24`, or `203.0.113.0/24 · 7f3a9c`. */
export function labelOf(row: Pick<SuspiciousIp, "ip" | "target" | "targetKind" | "network">): string {
  return row.ip ?? targetLabel(row);
}

/** Suspicious targets, the one detected last first, a page at a time. */
export async function listSuspicious(
  db: Querier,
  query: SuspiciousQuery,
  hashKey: string,
): Promise<SuspiciousList> {
  const limit = Math.min(query.limit ?? 50, 500);
  const where = and(
    ofStatus(query.status ?? "active"),
    ofReason(query.reason),
    ofSearch(query.search, hashKey),
  );
  const [found, totals, states] = await Promise.all([
    rowsOf(db)
      .where(and(where, afterCursor(query.cursor)))
      .orderBy(desc(suspiciousIps.lastDetected), desc(suspiciousIps.id))
      .limit(limit + 1),
    db.select({ total: count() }).from(suspiciousIps).where(where),
    db
      .select({ status: suspiciousIps.status, count: count() })
      .from(suspiciousIps)
      .groupBy(suspiciousIps.status),
  ]);
  const rows = found.slice(0, limit).map(viewOf);
  const last = rows.at(-1);
  const counts = { open: 0, blocked: 0, ignored: 0, resolved: 0 };
  for (const state of states) counts[state.status] = state.count;
  return {
    rows,
    nextCursor: last && found.length > limit ? `${last.lastDetected.getTime()}-${last.id}` : null,
    total: totals[0]?.total ?? 0,
    counts,
  };
}

/** One target with its evidence, or null. */
export async function findSuspicious(db: Querier, id: number): Promise<SuspiciousIpView | null> {
  const [found] = await rowsOf(db).where(eq(suspiciousIps.id, id)).limit(1);
  return found ? viewOf(found) : null;
}

function ofStatus(status: NonNullable<SuspiciousQuery["status"]>): SQL | undefined {
  switch (status) {
    case "all":
      return undefined;
    case "active":
      return inArray(suspiciousIps.status, ["open", "blocked"]);
    case "open":
    case "blocked":
    case "ignored":
    case "resolved":
      return eq(suspiciousIps.status, status);
  }
}

function ofReason(reason: string | undefined): SQL | undefined {
  if (!reason) return undefined;
  if (reason === "multiple") return eq(suspiciousIps.reason, reason);
  return sql`${reason} = any(${suspiciousIps.reasons})`;
}

function ofSearch(search: string | undefined, hashKey: string): SQL | undefined {
  const text = search?.trim();
  if (!text) return undefined;
  const query = parseAddressQuery(text);
  if (!query) {
    const words = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    return or(
      ilike(suspiciousIps.reason, words),
      sql`array_to_string(${suspiciousIps.reasons}, ' ') ilike ${words}`,
    );
  }
  switch (query.kind) {
    case "address":
      return or(
        eq(suspiciousIps.target, hashIp(query.ip, hashKey)),
        and(
          eq(suspiciousIps.targetKind, "range"),
          sql`${suspiciousIps.network} >>= ${formatIp(query.ip)}::inet`,
        ),
      );
    case "network":
      return sql`${suspiciousIps.network} && ${query.network}::inet`;
    case "hash":
      return and(
        sql`starts_with(${suspiciousIps.target}, ${query.hashPrefix})`,
        query.network ? sql`${suspiciousIps.network} && ${query.network}::inet` : undefined,
      );
  }
}

function afterCursor(cursor: string | undefined): SQL | undefined {
  const match = /^(\d{1,15})-(\d{1,10})$/.exec(cursor ?? "");
  if (!match) return undefined;
  const at = new Date(Number(match[1]));
  return or(
    lt(suspiciousIps.lastDetected, at),
    and(eq(suspiciousIps.lastDetected, at), lt(suspiciousIps.id, Number(match[2]))),
  );
}
