import { and, count, desc, eq, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import type { Querier } from "@/db/client";
import { ipRules, type SuspiciousIp, type SuspiciousStatus, suspiciousIps } from "@/db/schema";
import { byTime, isVisitor } from "@/db/visitor-index";
import { targetLabel } from "@/lib/guard/rule-target";
import { formatIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { parseAddressQuery } from "@/lib/request-filter";
import { uuidFloor } from "@/lib/uuid-time";

/** A suspicious target as a page shows it: `label` is its name, `rule` the block that followed. */
export type SuspiciousIpView = SuspiciousIp & {
  label: string;
  rule: { id: number; target: string; isInForce: boolean; expiresAt: Date | null; origin: string } | null;
};

/** `worst`: those that need a decision first, of these the highest score. `latest`: the one detected last first. */
export const SUSPICIOUS_ORDERS = ["worst", "latest"] as const;
export type SuspiciousOrder = (typeof SUSPICIOUS_ORDERS)[number];

export type SuspiciousQuery = {
  /** `active` is open and blocked. */
  status?: SuspiciousStatus | "active" | "all";
  /** A rule's id, which finds rows of several reasons too, or `multiple`. */
  reason?: string;
  /** An address (found by its hash), a range, a hash, a handle (`203.0.113.0/24 · 7f3a9c`), or a part of a reason. */
  search?: string;
  /** `latest` unless said. */
  order?: SuspiciousOrder;
  /** The `nextCursor` of the page before, in the same order. */
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
  /** How many of the status asked for each rule has found, the most frequent first. */
  reasons: { reason: string; count: number }[];
};

const ruleColumns = {
  id: ipRules.id,
  target: ipRules.target,
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

/** Suspicious targets, a page at a time. */
export async function listSuspicious(
  db: Querier,
  query: SuspiciousQuery,
  hashKey: string,
): Promise<SuspiciousList> {
  const limit = Math.min(query.limit ?? 50, 500);
  const order = query.order ?? "latest";
  const status = ofStatus(query.status ?? "active");
  const where = and(status, ofReason(query.reason), ofSearch(query.search, hashKey));
  const [found, totals, states, reasons] = await Promise.all([
    rowsOf(db)
      .where(and(where, afterCursor(order, query.cursor)))
      .orderBy(...ORDER[order].columns.map((column) => sql`${column} desc`))
      .limit(limit + 1),
    db.select({ total: count() }).from(suspiciousIps).where(where),
    db
      .select({ status: suspiciousIps.status, count: count() })
      .from(suspiciousIps)
      .groupBy(suspiciousIps.status),
    countReasons(db, status),
  ]);
  const rows = found.slice(0, limit).map(viewOf);
  const last = rows.at(-1);
  const counts = { open: 0, blocked: 0, ignored: 0, resolved: 0 };
  for (const state of states) counts[state.status] = state.count;
  return {
    rows,
    nextCursor: last && found.length > limit ? ORDER[order].cursorOf(last) : null,
    total: totals[0]?.total ?? 0,
    counts,
    reasons,
  };
}

async function countReasons(db: Querier, status: SQL | undefined): Promise<SuspiciousList["reasons"]> {
  const reason = sql<string>`unnest(${suspiciousIps.reasons})`.as("found_reason");
  const found = db.select({ reason }).from(suspiciousIps).where(status).as("found");
  return db
    .select({ reason: found.reason, count: count() })
    .from(found)
    .groupBy(found.reason)
    .orderBy(desc(count()), found.reason);
}

/** How many need a decision, and when one was detected last. */
export type SuspicionPulse = { open: number; detectedAt: Date | null };

/** Beyond this many nobody counts on; a page then says "more than". */
export const OPEN_COUNT_MAX = 10_000;

/** Cheap enough to be asked once a second while somebody looks. */
export async function readSuspicionPulse(db: Querier): Promise<SuspicionPulse> {
  const [row] = await db.execute<{ open: number; detected: number | null }>(sql`
    select
      (select count(*)::int from (select from suspicious_ips where status = 'open' limit ${OPEN_COUNT_MAX}) as found) as open,
      (select date_part('epoch', max(last_detected)) * 1000 from suspicious_ips) as detected`);
  return { open: row?.open ?? 0, detectedAt: row?.detected == null ? null : new Date(row.detected) };
}

/** What a visitor's last request tells of him beside the evidence. */
export type LastVisit = {
  at: Date;
  countryCode: string | null;
  city: string | null;
  asn: number | null;
  agent: string | null;
};

const LAST_VISIT_DAYS = 30;

/** The last request on record of each visitor (hashes), by his hash. */
export async function readLastVisits(
  db: Querier,
  hashes: readonly string[],
  now: Date,
): Promise<Map<string, LastVisit>> {
  if (hashes.length === 0) return new Map();
  const from = uuidFloor(new Date(now.getTime() - LAST_VISIT_DAYS * 86_400_000));
  const rows = await db.execute<Omit<LastVisit, "at"> & { hash: string; at: number }>(sql`
    select visitor.hash, last.* from unnest(${sql.param([...hashes])}::text[]) as visitor (hash)
    cross join lateral (
      select date_part('epoch', occurred_at) * 1000 as at, country_code as "countryCode", city, asn::float8 as asn,
        user_agent as agent
      from request_logs log
      where ${sql.raw(isVisitor("log", "decode(visitor.hash, 'hex')"))} and log.id >= ${from}::uuid
      ${sql.raw(byTime("log.id", "desc"))} limit 1
    ) as last`);
  return new Map(rows.map(({ hash, at, ...visit }) => [hash, { ...visit, at: new Date(at) }]));
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
        eq(suspiciousIps.target, visitorHash(query.ip, hashKey)),
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

const ID_MAX = 2 ** 31 - 1;
/** The year 9999: beyond it a time has no text that the database reads. */
const TIME_MAX = 253_402_300_799_999;

type Order = { columns: SQL[]; cursorOf: (row: SuspiciousIp) => string };
const LATEST = [sql`${suspiciousIps.lastDetected}`, sql`${suspiciousIps.id}`];

/** By what each order sorts, all of it descending, and the cursor that names a row's place in it. */
const ORDER: Record<SuspiciousOrder, Order> = {
  latest: {
    columns: LATEST,
    cursorOf: ({ lastDetected, id }) => [lastDetected.getTime(), id].join("-"),
  },
  worst: {
    columns: [sql`(${suspiciousIps.status} = 'open')::int`, sql`${suspiciousIps.score}`, ...LATEST],
    cursorOf: ({ status, score, lastDetected, id }) =>
      [Number(status === "open"), score, lastDetected.getTime(), id].join("-"),
  },
};

/** The rows after the one that a cursor names; a cursor that makes no sense begins anew. */
function afterCursor(order: SuspiciousOrder, cursor: string | undefined): SQL | undefined {
  const { columns } = ORDER[order];
  if (!/^\d{1,15}(-\d{1,15})*$/.test(cursor ?? "")) return undefined;
  const fields = (cursor as string).split("-").map(Number);
  const [at, id] = fields.slice(-2).map(Number) as [number, number];
  const isWrong =
    fields.length !== columns.length || at > TIME_MAX || Math.max(...fields.slice(0, -2), id) > ID_MAX;
  if (isWrong) return undefined;
  const place = fields.slice(0, -2).map((field) => sql`${field}::int`);
  place.push(sql`${new Date(at).toISOString()}::timestamptz`, sql`${id}::int`);
  return sql`(${sql.join(columns, sql`, `)}) < (${sql.join(place, sql`, `)})`;
}
