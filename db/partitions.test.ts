import { expect, test } from "vitest";
import { NO_PLACE } from "@/db/geo";
import { ensurePartitions, listPartitions, partitionName } from "@/db/partitions";
import { recordEvents } from "@/db/record";
import { findRequest } from "@/db/request-logs";
import { pruneRecords } from "@/db/retention";
import { testEvent } from "@/db/test/traffic";
import { uuidAt } from "@/lib/uuid";
import { openTestDatabase } from "@/services/test/database";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NOW = new Date("2027-03-10T12:00:00Z");
const { db } = await openTestDatabase();

const deps = (now = NOW) => ({
  db,
  locator: { open: async () => {}, locate: () => NO_PLACE },
  hashKey: "a key",
  privacy: "hashed" as const,
  now: () => now,
});
const at = (days: number, hours = 0) => NOW.getTime() + days * DAY_MS + hours * HOUR_MS;
const some = (time: number, count = 20) =>
  Array.from({ length: count }, () => testEvent({ id: uuidAt(time), at: time }));
const placeOf = async (id: string) => {
  const [row] = await db.$client<{ place: string }[]>`
    select tableoid::regclass::text as place from request_rows where id = ${id}`;
  return row?.place;
};
const counts = async () => {
  const [row] = await db.$client<{ rows: number; counted: number }[]>`
    select count(*)::int as rows, (select coalesce(sum(allowed + blocked + limited), 0)::int
      from traffic_rollups where dimension = 'total') as counted from request_logs`;
  return row;
};

test("with today's and tomorrow's partition gone, rows find a place, and no row is lost or doubled", async () => {
  await ensurePartitions(db, NOW);
  const held = (await listPartitions(db)).filter(({ from, to }) => to > at(0) - DAY_MS && from <= at(1));
  for (const { name } of held) await db.$client.unsafe(`drop table ${name}`);
  const events = [...some(at(0)), ...some(at(1)), ...some(at(0, 5))];
  expect(await recordEvents(events, deps())).toBe(60);
  expect(await recordEvents(events, deps())).toBe(0);
  expect(await counts()).toEqual({ rows: 60, counted: 60 });
});

test("the partition for what no other has room for is made with the first such row", async () => {
  const isThere = async () =>
    (await db.$client`select to_regclass('request_logs_default') as name`)[0]?.name !== null;
  expect(await isThere()).toBe(false);
  const [early] = some(Date.parse("2020-01-01T00:00:00Z"), 1);
  expect(await recordEvents(early ? [early] : [], deps())).toBe(1);
  expect(await isThere()).toBe(true);
  await db.$client`delete from request_rows where id = ${early?.id ?? ""}`;
  await db.$client`delete from traffic_rollups where bucket < '2021-01-01'`;
});

test("the indexes of a partition that holds a week of little traffic take as little room as they can", async () => {
  const [{ name } = { name: "" }] = (await listPartitions(db)).filter(({ from, to }) => to - from > DAY_MS);
  const indexes = await db.$client<{ kind: string; options: string[] | null }[]>`
    select amname as kind, reloptions as options from pg_index join pg_class on pg_class.oid = indexrelid
      join pg_am on pg_am.oid = relam
    where indrelid = ${name}::regclass and (indisprimary or amname = 'gin') order by 1`;
  expect(indexes).toEqual([
    { kind: "btree", options: ["fillfactor=100"] },
    { kind: "gin", options: ["gin_pending_list_limit=64", "fastupdate=off"] },
  ]);
});

test("rows of a clock that was days ahead stay where they are when these days come, beside those that come then", async () => {
  const ahead = some(at(20));
  expect(await recordEvents(ahead, deps())).toBe(20);
  expect(await placeOf(ahead[0]?.id as string)).toBe("request_logs_default");
  const then = new Date(at(20, 1));
  const later = some(then.getTime());
  expect(await recordEvents([...later, ...ahead], deps(then))).toBe(20);
  expect(await recordEvents(later, deps(then))).toBe(0);
  for (const { id } of [...ahead, ...later]) expect((await findRequest(db, id))?.id).toBe(id);
  // The days around it have partitions of their own all the same.
  expect((await listPartitions(db)).map(({ name }) => name)).toContain(partitionName(new Date(at(21))));
  expect(await counts()).toEqual({ rows: 100, counted: 100 });
});

test("rows of a clock that was days behind lie in those days, and retention takes them like all others", async () => {
  const behind = some(at(-3));
  expect(await recordEvents(behind, deps())).toBe(20);
  expect(await placeOf(behind[0]?.id as string)).toBe(partitionName(new Date(at(-3))));
  await pruneRecords(db, new Date(at(22)), { days: 1, rollupMonths: 13 });
  // All rows are older, those in the default partition as well.
  expect((await counts())?.rows).toBe(0);
  expect((await counts())?.counted).toBe(120);
});
