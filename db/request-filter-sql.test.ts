import { and, inArray, type SQL, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { type RequestQuery, SEEN, wantedOf } from "@/db/request-filter-sql";
import { requestLogs } from "@/db/schema";
import { anyRequests } from "@/db/test/any-requests";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp, visitorHash } from "@/lib/privacy/hash";
import { STATUS_CLASSES } from "@/lib/request-filter";
import { uuidAt } from "@/lib/uuid";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date("2026-03-10T12:30:00.000Z");
const AT = NOW.getTime() - 1000;
const ANY = anyRequests({ from: new Date(AT), to: NOW });

const { db } = await openTestDatabase();

const record = (changes: Partial<RequestEvent>[], at = AT, privacy: "hashed" | "plain" = "hashed") =>
  recordTraffic(
    db,
    changes.map((change) => testEvent({ at, ...change })),
    { now: NOW, privacy },
  );
const idsWhere = async (condition: SQL | undefined) => {
  const rows = await db.execute<{ id: string }>(
    sql`select id from request_rows ${sql.raw(SEEN)} where ${condition} order by id`,
  );
  return rows.map(({ id }) => id);
};

/** The requests that fit; what is said of an index must not leave one of them out. */
async function found(change: Partial<RequestQuery>) {
  const { condition, byIndex } = await wantedOf(db, { ...ANY, ...change });
  const ids = await idsWhere(condition);
  expect(await idsWhere(and(condition, byIndex))).toEqual(ids);
  return ids.length === 0 ? [] : db.select().from(requestLogs).where(inArray(requestLogs.id, ids));
}
const pathsOf = async (change: Partial<RequestQuery>) => (await found(change)).map(({ path }) => path).sort();

describe("a path", () => {
  const PATHS = [
    "/",
    "/a%b",
    "/a%",
    "/a_b",
    "/axb",
    "/A%B",
    "/a\\b",
    "/a\\%b",
    "/a\\",
    "/x/a_b",
    "/=a",
    "/a'b",
  ];
  beforeAll(async () => {
    await db.$client`truncate request_rows`;
    await record(PATHS.map((path) => ({ path })));
    // The same once more, as rows for whose texts there was no room, and which lie in the row itself.
    await db.$client`update request_rows set path = text, path_id = null from texts where texts.id = path_id`;
    await record(PATHS.map((path) => ({ path })));
  });

  const twice = (paths: string[]) => paths.flatMap((path) => [path, path]).sort();

  test("stands in the row or among the texts", async () => {
    const rows = await found({});
    expect(rows.filter(({ pathId }) => pathId === null)).toHaveLength(PATHS.length);
    expect(rows).toHaveLength(2 * PATHS.length);
  });

  test.each(PATHS)("behind a sign of equality is that one and no other: %s", async (path) => {
    expect(await pathsOf({ path: `=${path}` })).toEqual([path, path]);
  });

  test.each(["/", "/a", "/a%", "/a_", "/a\\", "/a\\%", "/A", "/a'", "/%", "/_", "/a%b"])(
    "that begins with a slash is a beginning, each sign for itself: %s",
    async (path) => {
      expect(await pathsOf({ path })).toEqual(twice(PATHS.filter((one) => one.startsWith(path))));
    },
  );

  test.each(["%", "_", "\\", "\\\\", "\\%", "%b", "a_b", "A_B", "a%B", "b", "'", "x/a"])(
    "that begins otherwise may stand anywhere in any case, each sign for itself: %s",
    async (path) => {
      const has = (one: string) => one.toLowerCase().includes(path.toLowerCase());
      expect(await pathsOf({ path })).toEqual(twice(PATHS.filter(has)));
    },
  );

  test("of which nothing is on record finds nothing, whether rows have their own texts or not", async () => {
    for (const path of ["=/none", "/none", "none", "="]) expect(await pathsOf({ path })).toEqual([]);
    const span = { from: new Date(AT - 1), to: new Date(AT) };
    expect(await pathsOf({ path: "/none", span })).toEqual([]);
  });
});

describe("the beginning of a hash", () => {
  // About the ends of a first digit, of the index's four bytes, and of the numbers with and without a sign.
  const HASHES = [
    "0".repeat(32),
    `0${"f".repeat(31)}`,
    `7${"f".repeat(31)}`,
    `8${"0".repeat(31)}`,
    `80000000${"0".repeat(23)}1`,
    `a1b2c3d4${"0".repeat(24)}`,
    "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    "a1b2c3d4e5f60718293a4b5c6d7e8f91",
    `a1b2c3d4${"f".repeat(24)}`,
    "a1b2c3d5000000000000000000000000",
    `f${"0".repeat(31)}`,
    "f".repeat(32),
  ];
  const hashesOf = async (hashPrefix: string) =>
    (await found({ visitor: { hashPrefix } })).map(({ ipHash }) => ipHash).sort();
  const beginning = (text: string) => HASHES.filter((hash) => hash.startsWith(text));

  beforeAll(async () => {
    await db.$client`truncate request_rows`;
    const ids = HASHES.map(() => uuidAt(AT));
    await record(ids.map((id) => ({ id })));
    for (const [index, id] of ids.entries())
      await db.$client`update request_rows set ip_hash = decode(${HASHES[index] as string}, 'hex') where id = ${id}`;
  });

  test.each(HASHES)("finds all that begin so, and no other, by 1 to 32 digits of %s", async (hash) => {
    for (let length = 1; length <= 32; length++) {
      const prefix = hash.slice(0, length);
      expect(await hashesOf(prefix), prefix).toEqual(beginning(prefix));
    }
  });

  test.each([..."0123456789abcdef"])("finds all of the first digit %s", async (digit) => {
    expect(await hashesOf(digit)).toEqual(beginning(digit));
  });
});

describe("a visitor", () => {
  const [one, other, third] = ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"];
  beforeAll(async () => {
    await db.$client`truncate request_rows`;
    await record([one, other, third, "198.51.100.7"].map((ip) => ({ ip, path: `/${ip}` })));
    await record([{ ip: "203.0.113.128", path: "/plain" }], AT, "plain");
  });

  test("of IPv6 is a /64, of which a single address can be told, and every field must fit", async () => {
    const hashPrefix = visitorHash(parseIp(one) as Ip, TEST_HASH_KEY);
    const addressHash = hashIp(parseIp(one) as Ip, TEST_HASH_KEY);
    expect(await pathsOf({ visitor: { hashPrefix } })).toEqual([`/${one}`, `/${other}`]);
    expect(await pathsOf({ visitor: { addressHash } })).toEqual([`/${one}`]);
    const elsewhere = visitorHash(parseIp(third) as Ip, TEST_HASH_KEY);
    expect(await pathsOf({ visitor: { hashPrefix: elsewhere, addressHash } })).toEqual([]);
    expect(await pathsOf({ visitor: { hashPrefix, network: "2001:db8:2::/48" } })).toEqual([]);
  });

  test("is found by the network that is stored, by wider ones, and by none that is narrower", async () => {
    expect(await pathsOf({ visitor: { network: "198.51.100.0/24" } })).toEqual(["/198.51.100.7"]);
    expect(await pathsOf({ visitor: { network: "0.0.0.0/0" } })).toEqual(["/198.51.100.7", "/plain"]);
    expect(await pathsOf({ visitor: { network: "198.51.100.0/25" } })).toEqual([]);
    expect(await pathsOf({ visitor: { network: "2001:db8:1::/48" } })).toHaveLength(3);
    expect(await pathsOf({ visitor: { network: "2001:db8:1:2::/64" } })).toEqual([]);
  });

  test("whose address is stored is found by the ranges about it, to their first and last address", async () => {
    for (const addressIn of ["203.0.113.128/25", "203.0.113.128/32", "203.0.112.0/23"])
      expect(await pathsOf({ visitor: { addressIn } }), addressIn).toEqual(["/plain"]);
    expect(await pathsOf({ visitor: { addressIn: "203.0.113.0/25" } })).toEqual([]);
  });
});

describe("what was answered", () => {
  const STATUSES = [199, 200, 299, 300, 399, 400, 499, 500, 599, 600, null];
  beforeAll(async () => {
    await db.$client`truncate request_rows`;
    await record(STATUSES.map((status) => ({ status, method: "PURGE" })));
    await record([{ method: "GET" }, { method: "OPTIONS" }], AT + 1);
  });

  test.each(STATUS_CLASSES)("%s is its hundred, from the first to the last", async (status) => {
    const rows = await found({ status, method: "PURGE" });
    const from = Number(status[0]) * 100;
    expect(rows.map((row) => row.status).sort()).toEqual([from, from + 99]);
  });

  test("a method is found whether it has a code or stands in the row by its name", async () => {
    const count = async (method: string) => (await found({ method })).length;
    expect(await count("PURGE")).toBe(STATUSES.length);
    expect(await count("GET")).toBe(1);
    expect(await count("OPTIONS")).toBe(1);
    expect(await count("HEAD")).toBe(0);
    expect(await count("PURG")).toBe(0);
  });
});
