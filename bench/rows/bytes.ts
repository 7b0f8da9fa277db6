import { CleanUp } from "@/bench/clean-up";
import { startDatabase } from "@/bench/database";
import { loggedEvents } from "@/bench/logged-events";
import type { Figure, Row } from "@/bench/row";
import type { Database } from "@/db/client";
import { createLocator } from "@/db/geo";
import { recordEvents } from "@/db/record";
import { pruneRecords } from "@/db/retention";
import { foldTops } from "@/db/tops";

const BYTES_MAX = 250;
/** Requests that a drain finds waiting on a site like this one. */
const BATCH = 20;
const HOUR_MS = 3_600_000;
const KEEP = { days: 30, rollupMonths: 13 };

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  try {
    const db = await startDatabase(cleanUp);
    const { source, events } = loggedEvents(new Date());
    log(`${events.length} requests of ${source}`);
    // As if Gatehouse had been started when the first of them came: no partition is there that was laid out today.
    for (const name of await partitions(db)) await db.$client`drop table ${db.$client(name)}`;
    const deps = { db, locator: createLocator(), hashKey: "bench", privacy: "hashed" as const };
    let hour = 0;
    for (let at = 0; at < events.length; at += BATCH) {
      const batch = events.slice(at, at + BATCH);
      const now = new Date(batch.at(-1)?.at ?? 0);
      await recordEvents(batch, { ...deps, now: () => now });
      if (Math.floor(now.getTime() / HOUR_MS) === hour) continue;
      hour = Math.floor(now.getTime() / HOUR_MS);
      await foldTops(db, now, KEEP.days);
    }
    const written = await bytesOf(db);
    await pruneRecords(db, new Date(), KEEP);
    // What autovacuum does by and by; it writes maps of what is free and visible.
    for (const table of ["request_rows", "texts", "traffic_rollups"])
      await db.$client`vacuum analyze ${db.$client(table)}`;
    const kept = await bytesOf(db);
    const figures: Figure[] = [];
    for (const [name, bytes] of kept) {
      const each = bytes / events.length;
      log(`${name}: ${each.toFixed(1)}`);
      if (each >= 10) figures.push(fact(name, each));
    }
    const each = totalOf(kept) / events.length;
    return [
      {
        name: `bytes for each request of ${source}, all in all`,
        value: each.toFixed(0),
        target: `≤ ${BYTES_MAX}`,
        isReached: each <= BYTES_MAX,
      },
      fact("the same before the jobs and vacuum", totalOf(written) / events.length),
      ...figures,
    ];
  } finally {
    await cleanUp.run();
  }
}

const fact = (name: string, bytes: number): Figure => ({
  name,
  value: bytes.toFixed(0),
  target: null,
  isReached: true,
});
const totalOf = (sizes: ReadonlyMap<string, number>) =>
  [...sizes.values()].reduce((sum, size) => sum + size, 0);

async function partitions(db: Database): Promise<string[]> {
  const rows = await db.$client<{ name: string }[]>`
    select relname as name from pg_class where relname ~ '^request_logs_[0-9]{8}$' and relkind = 'r'`;
  return rows.map(({ name }) => name);
}

/** What each table and index takes, all its forks included, partitions added up. */
async function bytesOf(db: Database): Promise<Map<string, number>> {
  const rows = await db.$client<{ name: string; bytes: number }[]>`
    with held as (
      select oid, relname from pg_class
      where relkind = 'r' and (relname ~ '^request_logs_' or relname in ('texts', 'traffic_rollups'))
    )
    select regexp_replace(name, '^request_logs_(default|[0-9]+)', 'requests') as name, sum(bytes)::float8 as bytes
    from (
      select relname as name, pg_table_size(oid) as bytes from held
      union all
      select indexrelid::regclass::text, pg_total_relation_size(indexrelid) from held join pg_index on indrelid = oid
    ) as sizes group by 1 order by 2 desc`;
  return new Map(rows.map(({ name, bytes }) => [name, bytes]));
}

export const row: Row = {
  id: "bytes",
  what: "bytes in PostgreSQL for a request, indexes and counts included",
  against: "a bound",
  run,
};
