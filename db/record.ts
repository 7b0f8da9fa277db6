import type { ISql } from "postgres";
import type { Database } from "@/db/client";
import { ensurePartitions } from "@/db/partitions";
import { addressesOf, type RecordRow, type RowDeps, toRows } from "@/db/record-rows";
import { addToRollups } from "@/db/rollup-writes";
import { userAgentIds } from "@/db/user-agents";
import type { RequestEvent } from "@/lib/events/request-event";

export type RecordDeps = RowDeps & {
  db: Database;
  now?: () => Date;
  /** Takes the hashes of those whose requests were new. */
  visitors?: Set<string>;
};

/**
 * Inserts events as rows of `request_logs`, once each, and counts those that were new in `traffic_rollups`, in one
 * transaction. Answers how many were new.
 */
export async function recordEvents(events: readonly RequestEvent[], deps: RecordDeps): Promise<number> {
  if (events.length === 0) return 0;
  const { db } = deps;
  const agents = await userAgentIds(
    db.$client,
    events.map((event) => event.userAgent),
  );
  await deps.locator.open(addressesOf(events));
  const rows = toRows(events, agents, deps);
  const days = new Set(rows.map((row) => row.id.slice(0, 8)));
  await ensurePartitions(
    db,
    deps.now?.() ?? new Date(),
    days.size > 0 ? rows.map((row) => row.occurredAt) : [],
  );
  const fresh = await db.$client.begin(async (sql) => {
    const inserted = await insertRows(sql, rows);
    const fresh = rows.filter((row) => inserted.has(row.id));
    if (fresh.length > 0) await addToRollups(sql, fresh);
    return fresh;
  });
  for (const row of fresh) deps.visitors?.add(row.ipHash);
  return fresh.length;
}

/** One statement, one array a column: the fastest insert that still says which rows were new. */
async function insertRows(sql: ISql, rows: readonly RecordRow[]): Promise<Set<string>> {
  const column = <T>(pick: (row: RecordRow) => T) => rows.map(pick);
  const inserted = await sql<{ id: string }[]>`
    insert into request_logs (
      id, occurred_at, user_agent_id, rule_id, user_id, asn, duration_ms, latitude, longitude, verdict, reason, door,
      kind, status, country_code, ip_hash, address_hash, ip, network, method, host, path, referrer_host, city, policy,
      user_agent, signals, nature, path_bit, agent_bit
    )
    select
      id, to_timestamp(at / 1000.0), user_agent_id, rule_id, user_id, asn, duration_ms, latitude, longitude,
      verdict::verdict_action, reason::verdict_reason, door::door_name, kind::request_kind, status, country_code,
      decode(ip_hash, 'hex'), decode(address_hash, 'hex'), ip::inet, network::cidr, method, host, path, referrer_host,
      city, policy, user_agent, signals, nature, path_bit, agent_bit
    from unnest(
      ${column((row) => row.id)}::uuid[],
      ${column((row) => row.event.at)}::float8[],
      ${column((row) => row.userAgentId)}::int[],
      ${column((row) => row.event.ruleId)}::int[],
      ${column((row) => row.event.userId)}::int[],
      ${column((row) => row.place.asn)}::int8[],
      ${column((row) => row.event.durationMs)}::int[],
      ${column((row) => row.place.latitude)}::float4[],
      ${column((row) => row.place.longitude)}::float4[],
      ${column((row) => row.event.verdict)}::text[],
      ${column((row) => row.event.reason)}::text[],
      ${column((row) => row.event.door)}::text[],
      ${column((row) => row.event.kind)}::text[],
      ${column((row) => row.event.status)}::int2[],
      ${column((row) => row.place.countryCode)}::text[],
      ${column((row) => row.ipHash)}::text[],
      ${column((row) => row.addressHash)}::text[],
      ${column((row) => row.ip)}::text[],
      ${column((row) => row.network)}::text[],
      ${column((row) => row.event.method)}::text[],
      ${column((row) => row.event.host)}::text[],
      ${column((row) => row.event.path)}::text[],
      ${column((row) => row.event.referrerHost)}::text[],
      ${column((row) => row.place.city)}::text[],
      ${column((row) => row.event.policy)}::text[],
      ${column((row) => row.userAgent)}::text[],
      ${column((row) => row.signals)}::int[],
      ${column((row) => row.nature)}::int2[],
      ${column((row) => row.pathBit)}::int[],
      ${column((row) => row.agentBit)}::int[]
    ) as event (
      id, at, user_agent_id, rule_id, user_id, asn, duration_ms, latitude, longitude, verdict, reason, door, kind,
      status, country_code, ip_hash, address_hash, ip, network, method, host, path, referrer_host, city, policy,
      user_agent, signals, nature, path_bit, agent_bit
    )
    on conflict do nothing
    returning id`;
  return new Set(inserted.map((row) => row.id));
}
