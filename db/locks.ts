import type { TransactionSql } from "postgres";
import type { Database } from "@/db/client";

/**
 * Runs a function while holding a named advisory lock of Postgres, or answers null at once where somebody else holds it.
 * The lock belongs to a transaction of its own, which asks for nothing else: a process that dies gives it back, and a
 * pooler that hands out connections by the transaction does not mix it up.
 */
export async function withLock<T>(db: Database, name: string, run: () => Promise<T>): Promise<T | null> {
  return holding(db, run, async (sql) => {
    const [lock] = await sql<
      { taken: boolean }[]
    >`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`;
    return lock?.taken ?? false;
  });
}

/** Far longer than anybody holds a lock that others wait for. */
const WAIT_MAX = "60s";

/**
 * The same, which waits where somebody else holds the lock: for short work, since two connections are taken meanwhile.
 * @throws Error where the lock is not to be had within a minute.
 */
export async function afterLock<T>(db: Database, name: string, run: () => Promise<T>): Promise<T> {
  const done = await holding(
    db,
    async () => ({ result: await run() }),
    async (sql) => {
      await sql`select set_config('lock_timeout', ${WAIT_MAX}, true)`;
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
      return true;
    },
  );
  if (!done) throw new Error(`The lock ${name} was not given.`);
  return done.result;
}

async function holding<T>(
  db: Database,
  run: () => Promise<T>,
  take: (sql: TransactionSql) => Promise<boolean>,
): Promise<T | null> {
  let work: Promise<T> | null = null;
  try {
    await db.$client.begin(async (sql) => {
      // However long the work takes, nobody waits for this transaction: it holds no row.
      await sql`set local idle_in_transaction_session_timeout = 0`;
      if (!(await take(sql))) return;
      work = run();
      await work;
    });
  } catch (error) {
    if (!work) throw error;
  }
  // A lock whose connection was lost does not undo the work, which also says itself why it failed.
  return work;
}

/** Those of the named locks that somebody holds at this moment. */
export async function heldLocks(db: Database, names: readonly string[]): Promise<Set<string>> {
  // A lock by one number of 64 bits stands in pg_locks in halves: the upper one in classid, the lower one in objid.
  const rows = await db.$client<{ name: string }[]>`
    select name from unnest(${names as string[]}::text[]) as wanted(name), hashtextextended(name, 0) as key
    where exists (
      select from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
        and classid::bigint = (key >> 32) & 4294967295 and objid::bigint = key & 4294967295
    )`;
  return new Set(rows.map(({ name }) => name));
}
