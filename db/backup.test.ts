import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeBackup } from "@/db/backup";
import { type Database, openDatabase } from "@/db/client";
import { NO_PLACE } from "@/db/geo";
import { listPartitions } from "@/db/partitions";
import { recordEvents } from "@/db/record";
import { readBackupHead, restoreBackup } from "@/db/restore";
import { testEvent } from "@/db/test/traffic";
import { createUser } from "@/db/users";
import { uuidAt } from "@/lib/uuid";
import { openTestDatabase } from "@/services/test/database";
import { testDatabase } from "@/services/test/postgres";

const SECRETS = { IP_HASH_KEY: "a key of a test" };
const DAY_MS = 86_400_000;
const { db, url } = await openTestDatabase();
const [target, spare] = await Promise.all([testDatabase(), testDatabase()]);
afterAll(() => Promise.all([target.drop(), spare.drop()]));

async function recordSome(count: number, at: number): Promise<void> {
  const events = Array.from({ length: count }, (_, number) =>
    testEvent({ id: uuidAt(at), at, path: `/it's/\\\\${number}\t\n/ü`, ip: `203.0.113.${number % 250}` }),
  );
  const locator = { open: async () => {}, locate: () => NO_PLACE };
  await recordEvents(events, { db, locator, hashKey: "a key of a test", privacy: "hashed" });
}

const countRows = async (of: Database) => {
  const tables = await of.$client<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace
      and relkind in ('r', 'p') and not relispartition order by relname`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await of.$client`select count(*)::int as count from ${of.$client(name)}`;
    counts[name] = row?.count as number;
  }
  return counts;
};

beforeAll(async () => {
  for (const days of [0, 1, 40]) await recordSome(300, Date.now() - days * DAY_MS);
  await createUser(db, { username: "keeper", password: "a rather long passphrase", role: "admin" }, "a test");
});

test("a backup made under load holds one moment, and brought in elsewhere every row is the same", async () => {
  let isWriting = true;
  const writing = (async () => {
    while (isWriting) await recordSome(20, Date.now());
  })();
  const file = new PassThrough();
  const whole = buffer(file);
  const rows = await writeBackup(db, file, SECRETS);
  file.end();
  isWriting = false;
  await writing;
  const bytes = await whole;
  expect((await readBackupHead(Readable.from([bytes]))).secrets).toEqual(SECRETS);
  expect(await restoreBackup(target.url, Readable.from(inPieces(bytes)))).toEqual(rows);
  const restored = openDatabase(target.url);
  expect(await countRows(restored)).toEqual(rows);
  expect((await countRows(db)).request_rows).toBeGreaterThan(rows.request_rows as number);
  // The hourly counts of that moment are those of its rows.
  const [sums] = await restored.$client`
    select (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted,
      (select count(*)::int from request_logs_default) as astray`;
  expect(sums).toEqual({ counted: rows.request_rows, astray: 0 });
  const same = async (of: Database) => of.$client`
    select md5(string_agg(t::text, '|' order by id)) as text from request_logs t where id <= ${uuidAt(Date.now() - DAY_MS / 2)}`;
  expect(await same(restored)).toEqual(await same(db));
  expect(await listPartitions(restored)).toEqual(await listPartitions(db));
  // New rows go on after the last number.
  await createUser(
    restored,
    { username: "second", password: "another long passphrase", role: "viewer" },
    "a test",
  );
  await restored.$client.end({ timeout: 1 });
  console.log(
    `     ${Object.keys(rows).length} tables, ${rows.request_rows} requests, ${bytes.length} bytes`,
  );
});

function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
}

test("a backup that is cut off or damaged brings nothing in, and a database that is in use stays as it is", async () => {
  const file = new PassThrough();
  const whole = buffer(file);
  await writeBackup(db, file, {});
  file.end();
  const bytes = await whole;
  for (const cut of [0, 10, 5000, bytes.length - 3, bytes.length - 60]) {
    const broken = Readable.from([bytes.subarray(0, cut)]);
    await expect(restoreBackup(spare.url, broken), `cut at ${cut}`).rejects.toThrow(/no whole backup/);
  }
  const empty = openDatabase(spare.url);
  const [found] = await empty.$client`select to_regclass('public.users') as users`;
  expect(found?.users).toBeNull();
  await empty.$client.end({ timeout: 1 });
  const before = await countRows(db);
  await expect(restoreBackup(url, Readable.from([bytes]))).rejects.toThrow(/holds a Gatehouse already/);
  expect(await countRows(db)).toEqual(before);
});
