import type { ISql } from "postgres";
import { classifyUserAgent } from "@/lib/user-agent";

/** Rows of the dictionary at the most: a flood of invented agents fills it, and then costs no further row. */
export const USER_AGENTS_MAX = 20_000;

/**
 * The dictionary's ids of these user agents; new ones are classified and added while there is room. One that has no id
 * is kept as text by the request itself.
 */
export async function userAgentIds(
  sql: ISql,
  userAgents: readonly string[],
  max = USER_AGENTS_MAX,
): Promise<Map<string, number>> {
  const distinct = [...new Set(userAgents)];
  const ids = await find(sql, distinct);
  const unknown = distinct.filter((text) => !ids.has(text));
  if (unknown.length === 0) return ids;
  const [size] = await sql<{ count: number }[]>`select count(*)::int as count from user_agents`;
  const room = Math.max(0, max - (size?.count ?? 0));
  if (room === 0) return ids;
  await add(sql, unknown.slice(0, room));
  return find(sql, distinct);
}

async function find(sql: ISql, texts: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql<{ id: number; text: string }[]>`
    select id, user_agent as text from user_agents where user_agent = any(${[...texts]}::text[])`;
  return new Map(rows.map((row) => [row.text, row.id]));
}

async function add(sql: ISql, texts: readonly string[]): Promise<void> {
  const infos = texts.map((text) => classifyUserAgent(text));
  await sql`
    insert into user_agents (user_agent, class, name, os)
    select text, class::user_agent_class, name, os
    from unnest(
      ${[...texts]}::text[],
      ${infos.map((info) => info.class)}::text[],
      ${infos.map((info) => info.name)}::text[],
      ${infos.map((info) => info.os)}::text[]
    ) as agent (text, class, name, os)
    on conflict do nothing`;
}
