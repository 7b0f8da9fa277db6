import { beforeEach, expect, test } from "vitest";
import { recordTraffic, testEvent } from "@/db/test/traffic";
import { forgetTexts, TEXTS_MAX, type TextKind, textIds } from "@/db/texts";
import type { RequestEvent } from "@/lib/events/request-event";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date();

const { db } = await openTestDatabase();

beforeEach(() => db.$client`truncate request_rows, texts`);

const NONE = { userAgent: new Map(), path: new Map(), host: new Map(), place: new Map() };
const idsOf = (kind: TextKind, texts: Record<string, number>, max = TEXTS_MAX[kind]) =>
  db.$client.begin((sql) =>
    textIds(sql, { ...NONE, [kind]: new Map(Object.entries(texts)) }, { ...TEXTS_MAX, [kind]: max }),
  );
const record = (changes: Partial<RequestEvent>[]) =>
  recordTraffic(
    db,
    changes.map((change) => testEvent({ at: NOW.getTime(), ...change })),
    { now: NOW },
  );
const kept = async () => {
  const rows = await db.$client<{ text: string }[]>`select text from texts order by text`;
  return rows.map(({ text }) => text);
};

test("a text has one id of its kind, however often it comes", async () => {
  const first = await idsOf("path", { "/a": 1 });
  const again = await idsOf("path", { "/a": 7, "/b": 1 });
  expect(again("path", "/a")).toBe(first("path", "/a"));
  expect(again("path", "/b")).not.toBe(first("path", "/a"));
  expect((await idsOf("host", { "/a": 1 }))("path", "/a")).toBeUndefined();
});

test("a flood of invented texts fills half of the room, and leaves the rest to what comes again", async () => {
  const invented = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`/invented/${n}`, 1]));
  await idsOf("path", invented, 10);
  expect(await kept()).toHaveLength(5);
  const ids = await idsOf("path", { "/shop": 2, "/invented/again": 1 }, 10);
  expect(ids("path", "/shop")).toBeDefined();
  expect(ids("path", "/invented/again")).toBeUndefined();
  const repeated = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`/repeated/${n}`, 9]));
  await idsOf("path", repeated, 10);
  expect(await kept()).toHaveLength(10);
});

test("another text with the same id stays with its request", async () => {
  const [row] = await db.$client<{ id: number }[]>`select text_id(2::int2, '/mine') as id`;
  await db.$client`insert into texts (id, kind, text) values (${row?.id as number}, 2, '/other')`;
  await record([{ path: "/mine" }]);
  const [found] = await db.$client`select path, path_id from request_logs`;
  expect(found).toEqual({ path: "/mine", path_id: null });
});

test("a long path stays with its request, and is read like any other", async () => {
  const path = `/${"x".repeat(1000)}`;
  await record([{ path }]);
  expect(await db.$client`select path, path_id from request_logs`).toEqual([{ path, path_id: null }]);
  expect(await kept()).not.toContain(path);
});

test("texts that no request names any more are forgotten, and no others", async () => {
  await record([
    { path: "/old", userAgent: "Old/1.0", host: "old.example" },
    { path: "/new", userAgent: "New/1.0", host: "new.example", referrerHost: "old.example" },
  ]);
  await db.$client`delete from request_rows where path_id = text_id(2::int2, '/old')`;
  expect(await forgetTexts(db)).toBe(2);
  expect(await kept()).toEqual(["/new", "New/1.0", "new.example", "old.example"].sort());
});
