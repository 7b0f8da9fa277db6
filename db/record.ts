import type { ISql } from "postgres";
import { hasMethodCode } from "@/db/activity/nature";
import type { Database } from "@/db/client";
import { ensurePartitions } from "@/db/partitions";
import { addressesOf, type RecordRow, type RowDeps, toRows } from "@/db/record-rows";
import { addToRollups } from "@/db/rollup-writes";
import { type TextCounts, type TextIds, type TextKind, textIds } from "@/db/texts";
import type { RequestEvent } from "@/lib/events/request-event";

export type RecordDeps = RowDeps & {
  db: Database;
  now?: () => Date;
  /** Takes the hashes of those whose requests were new. */
  visitors?: Set<string>;
};

const DAY_MS = 86_400_000;

/**
 * Inserts events as rows of `request_rows`, once each, and counts those that were new in `traffic_rollups`, in one
 * transaction. Answers how many were new.
 */
export async function recordEvents(events: readonly RequestEvent[], deps: RecordDeps): Promise<number> {
  if (events.length === 0) return 0;
  const { db } = deps;
  await deps.locator.open(addressesOf(events));
  const rows = toRows(events, deps);
  const days = new Set(rows.map((row) => Math.floor(row.at / DAY_MS)));
  const dates = [...days].map((day) => new Date(day * DAY_MS));
  await ensurePartitions(db, deps.now?.() ?? new Date(), dates);
  const fresh = await db.$client.begin(async (sql) => {
    const ids = await textIds(sql, countTexts(rows));
    const inserted = await insertRows(sql, rows, ids);
    const fresh = inserted.size === rows.length ? rows : rows.filter((row) => inserted.has(row.id));
    if (fresh.length > 0) await addToRollups(sql, fresh);
    return fresh;
  });
  for (const row of fresh) deps.visitors?.add(row.ipHash);
  return fresh.length;
}

/** How often each text of some rows comes. */
export function countTexts(rows: readonly RecordRow[]): TextCounts {
  const counts = { userAgent: new Map(), path: new Map(), host: new Map(), place: new Map() };
  const add = (kind: TextKind, text: string | null) => {
    if (text !== null) counts[kind].set(text, (counts[kind].get(text) ?? 0) + 1);
  };
  for (const { event, place } of rows) {
    add("userAgent", event.userAgent);
    add("path", event.path);
    add("host", event.host);
    add("host", event.referrerHost);
    add("place", place);
  }
  return counts;
}

/** One statement, one array a column: the fastest insert that still says which rows were new. */
export async function insertRows(sql: ISql, rows: readonly RecordRow[], ids: TextIds): Promise<Set<string>> {
  const column = <T>(pick: (row: RecordRow) => T) => rows.map(pick);
  const textOf = (kind: TextKind, pick: (row: RecordRow) => string | null) => {
    const texts = rows.map(pick);
    const found = texts.map((text) => ids(kind, text) ?? null);
    return { ids: found, kept: texts.map((text, index) => (found[index] === null ? text : null)) };
  };
  const agents = textOf("userAgent", (row) => row.event.userAgent);
  const paths = textOf("path", (row) => row.event.path);
  const hosts = textOf("host", (row) => row.event.host);
  const referrers = textOf("host", (row) => row.event.referrerHost);
  const places = textOf("place", (row) => row.place);
  const inserted = await sql<{ id: string }[]>`
    insert into request_rows (
      id, nature, agent_bit, ip_hash, path_bit, signals, user_agent_id, path_id, place_id, host_id, referrer_id,
      duration_ms, status, country_code, network, rule_id, user_id, asn, address_hash, ip, policy, method, path, host,
      referrer_host, user_agent, place
    )
    select
      id, nature, agent_bit, decode(ip_hash, 'hex'), path_bit, nullif(signals, 0), user_agent_id, path_id, place_id,
      host_id, referrer_id, duration_ms, status, country_code, network::cidr, rule_id, user_id, asn,
      decode(address_hash, 'hex'), ip::inet, policy, method, path, host, referrer_host, user_agent, place
    from unnest(
      ${column((row) => row.id)}::uuid[],
      ${column((row) => row.nature)}::int[],
      ${column((row) => row.agentBit)}::int2[],
      ${column((row) => row.ipHash)}::text[],
      ${column((row) => row.pathBit)}::int2[],
      ${column((row) => row.signals)}::int[],
      ${agents.ids}::int[],
      ${paths.ids}::int[],
      ${places.ids}::int[],
      ${hosts.ids}::int[],
      ${referrers.ids}::int[],
      ${column((row) => row.event.durationMs)}::int[],
      ${column((row) => row.event.status)}::int2[],
      ${column((row) => row.countryCode)}::text[],
      ${column((row) => row.network)}::text[],
      ${column((row) => row.event.ruleId)}::int[],
      ${column((row) => row.event.userId)}::int[],
      ${column((row) => row.asn)}::int8[],
      ${column((row) => row.addressHash)}::text[],
      ${column((row) => row.ip)}::text[],
      ${column((row) => row.event.policy)}::text[],
      ${column((row) => (hasMethodCode(row.event.method) ? null : row.event.method))}::text[],
      ${paths.kept}::text[],
      ${hosts.kept}::text[],
      ${referrers.kept}::text[],
      ${agents.kept}::text[],
      ${places.kept}::text[]
    ) as event (
      id, nature, agent_bit, ip_hash, path_bit, signals, user_agent_id, path_id, place_id, host_id, referrer_id,
      duration_ms, status, country_code, network, rule_id, user_id, asn, address_hash, ip, policy, method, path, host,
      referrer_host, user_agent, place
    )
    on conflict do nothing
    returning id`;
  return new Set(inserted.map((row) => row.id));
}
