import type { ISql } from "postgres";
import type { Database } from "@/db/client";
import { classifyUserAgent } from "@/lib/user-agent";

/** What a text of the table `texts` is. The numbers stand in the migrations, too. */
export const TEXT_KINDS = { userAgent: 1, path: 2, host: 3, place: 4 } as const;
export type TextKind = keyof typeof TEXT_KINDS;

/** Texts of each kind at the most: a flood of invented ones fills half of it, and then costs no further row. */
export const TEXTS_MAX: Readonly<Record<TextKind, number>> = {
  userAgent: 20_000,
  path: 50_000,
  host: 10_000,
  place: 100_000,
};
/** Longer ones stay with their requests, but for user agents, which are short enough. */
const LENGTH_MAX: Readonly<Record<TextKind, number>> = { userAgent: 512, path: 255, host: 255, place: 255 };

/** Held by all that write ids of texts, and by nobody while texts are forgotten: so that no row loses its text. */
export const TEXTS_LOCK = 728_104;

/** Texts with the number of times that each comes. */
export type TextCounts = Record<TextKind, ReadonlyMap<string, number>>;

/** The id of a text, or undefined where its request keeps it. */
export type TextIds = (kind: TextKind, text: string | null) => number | undefined;

type Wanted = { kind: TextKind; text: string; count: number };

/**
 * The ids of these texts; unknown ones are added while there is room, and from half of it on only such as come more than
 * once at a time. To be called in the transaction that writes the ids.
 */
export async function textIds(sql: ISql, counts: TextCounts, max = TEXTS_MAX): Promise<TextIds> {
  await sql`select pg_advisory_xact_lock_shared(${TEXTS_LOCK})`;
  const wanted = KINDS.flatMap((kind) =>
    [...counts[kind]]
      .filter(([text]) => text.length <= LENGTH_MAX[kind])
      .map(([text, count]) => ({ kind, text, count })),
  );
  const ids = new Map<string, number>();
  const known = await find(sql, wanted, ids);
  if (known < wanted.length) {
    const unknown = wanted.filter(({ kind, text }) => !ids.has(keyOf(kind, text)));
    const added = await add(sql, await withinBounds(sql, unknown, max));
    if (added > 0) await find(sql, unknown, ids);
  }
  return (kind, text) => (text === null ? undefined : ids.get(keyOf(kind, text)));
}

const KINDS = Object.keys(TEXT_KINDS) as TextKind[];
const keyOf = (kind: TextKind, text: string) => `${TEXT_KINDS[kind]}${text}`;

async function find(sql: ISql, wanted: readonly Wanted[], ids: Map<string, number>): Promise<number> {
  // By the id alone, which is the key; whether it is the same text is seen here.
  const rows = await sql<{ id: number; kind: number; text: string }[]>`
    select id, kind, text from texts where id = any(array(
      select text_id(kind, text) from unnest(
        ${wanted.map(({ kind }) => TEXT_KINDS[kind])}::int2[], ${wanted.map(({ text }) => text)}::text[]
      ) as wanted (kind, text)))`;
  for (const { id, kind, text } of rows) ids.set(`${kind}${text}`, id);
  return rows.length;
}

/** Those for which there is room. */
async function withinBounds(
  sql: ISql,
  unknown: readonly Wanted[],
  max: Readonly<Record<TextKind, number>>,
): Promise<Wanted[]> {
  const sizes = await sql<{ kind: number; size: number }[]>`
    select kind, count(*)::int as size from texts group by 1`;
  return KINDS.flatMap((kind) => {
    const size = sizes.find((row) => row.kind === TEXT_KINDS[kind])?.size ?? 0;
    const own = unknown.filter((one) => one.kind === kind);
    const free = own.slice(0, Math.max(0, Math.floor(max[kind] / 2) - size));
    const again = own.slice(free.length).filter(({ count }) => count > 1);
    return [...free, ...again.slice(0, Math.max(0, max[kind] - size - free.length))];
  });
}

async function add(sql: ISql, wanted: readonly Wanted[]): Promise<number> {
  if (wanted.length === 0) return 0;
  const infos = wanted.map(({ kind, text }) => (kind === "userAgent" ? classifyUserAgent(text) : null));
  // In the order of the ids: two drains that add the same texts must not wait for each other in a circle.
  const { count } = await sql`
    insert into texts (id, kind, text, class, name, os)
    select text_id(kind, text), kind, text, class::user_agent_class, name, os
    from unnest(
      ${wanted.map(({ kind }) => TEXT_KINDS[kind])}::int2[],
      ${wanted.map(({ text }) => text)}::text[],
      ${infos.map((info) => info?.class ?? null)}::text[],
      ${infos.map((info) => info?.name ?? null)}::text[],
      ${infos.map((info) => info?.os ?? null)}::text[]
    ) as added (kind, text, class, name, os)
    order by 1 on conflict do nothing`;
  return count;
}

/** Forgets texts that no request names any more; drains wait for it. Answers how many. */
export async function forgetTexts(db: Database): Promise<number> {
  return db.$client.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${TEXTS_LOCK})`;
    const { count } = await sql`
      delete from texts where not exists (
        select from (
          select distinct unnest(array[user_agent_id, path_id, place_id, host_id, referrer_id]) as id from request_rows
        ) as named where named.id = texts.id)`;
    return count;
  });
}
