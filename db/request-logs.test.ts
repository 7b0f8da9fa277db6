import { beforeAll, describe, expect, test } from "vitest";
import { NO_PLACE } from "@/db/geo";
import { recordEvents } from "@/db/record";
import {
  countBySecond,
  countNeighbours,
  countRequests,
  findRequest,
  latestRequests,
  listRequests,
  listSeenCountries,
  newestRequestAt,
  type RequestQuery,
} from "@/db/request-logs";
import { anyRequests } from "@/db/test/any-requests";
import { testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { formatIp, type Ip, parseIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { uuidAt } from "@/lib/uuid";
import { openTestDatabase } from "@/services/test/database";

const HASH_KEY = "test key";
const NOW = new Date("2026-03-10T12:30:00.000Z");
const SPAN = { from: new Date("2026-03-08T00:00:00Z"), to: NOW };
const ANY = anyRequests(SPAN);
const START = { before: null, after: null };
const hashOf = (address: string) => hashIp(parseIp(address) as Ip, HASH_KEY);

const { db } = await openTestDatabase();
const refusalId = uuidAt(NOW.getTime() - 90_000);

function event(secondsAgo: number, change: Partial<RequestEvent> = {}): RequestEvent {
  const at = NOW.getTime() - secondsAgo * 1000;
  return testEvent({ at, ip: "203.0.113.7", path: "/docs/start", userAgent: "curl/8.5.0", ...change });
}

beforeAll(async () => {
  const locate = (ip: Ip) => ({ ...NO_PLACE, countryCode: formatIp(ip).startsWith("203.") ? "NG" : null });
  const locator = { open: async () => {}, locate };
  const plainly = event(40, { ip: "192.0.2.130", path: "/plain" });
  const events = [
    event(100_000, { path: "/yesterday" }),
    event(90, {
      id: refusalId,
      verdict: "block",
      reason: "block-rule",
      status: 403,
      path: "/wp-login.php",
      method: "POST",
    }),
    event(80, { path: "/docs_start" }),
    event(70, { path: "/docs" }),
    event(60, { ip: "203.0.113.8", path: "/100%_DOCS", status: 404 }),
    event(50, { ip: "2001:db8:1::1", path: "/six", status: null }),
    event(1, { path: "/last", kind: "asset" }),
  ];
  const deps = { db, locator, hashKey: HASH_KEY, now: () => NOW };
  await recordEvents(events, { ...deps, privacy: "hashed" });
  await recordEvents([plainly], { ...deps, privacy: "plain" });
});

const pathsOf = async (change: Partial<RequestQuery>) => {
  const { rows } = await listRequests(db, { ...ANY, ...change }, START);
  return rows.map((row) => row.path);
};

describe("filters", () => {
  test("a path is a prefix, an exact one or a part, and its signs mean themselves", async () => {
    expect(await pathsOf({ path: "/docs" })).toEqual(["/docs", "/docs_start"]);
    expect(await pathsOf({ path: "/docs/" })).toEqual([]);
    expect(await pathsOf({ path: "=/docs" })).toEqual(["/docs"]);
    expect(await pathsOf({ path: "docs" })).toEqual(["/100%_DOCS", "/docs", "/docs_start"]);
    expect(await pathsOf({ path: "%_" })).toEqual(["/100%_DOCS"]);
    expect(await pathsOf({ path: "/docs_" })).toEqual(["/docs_start"]);
  });

  test("a visitor is found by hash, by the beginning of it with the network, and by networks that hold it", async () => {
    expect(await pathsOf({ visitor: { hashPrefix: hashOf("203.0.113.8") } })).toEqual(["/100%_DOCS"]);
    const handle = { hashPrefix: hashOf("203.0.113.8").slice(0, 6), network: "203.0.113.0/24" };
    expect(await pathsOf({ visitor: handle })).toEqual(["/100%_DOCS"]);
    expect(await pathsOf({ visitor: { ...handle, network: "198.51.100.0/24" } })).toEqual([]);
    expect(await pathsOf({ visitor: { network: "2001:db8::/32" } })).toEqual(["/six"]);
    expect(await pathsOf({ visitor: { network: "203.0.0.0/8" } })).toHaveLength(6);
  });

  test("what is neither near nor frequent is found all the same, and counted", async () => {
    const old = { from: new Date(NOW.getTime() - 35 * 86_400_000), to: NOW };
    for (const change of [
      { path: "yester" },
      { visitor: { network: "203.0.0.0/16" }, path: "=/yesterday" },
    ]) {
      expect(await pathsOf({ span: old, ...change })).toEqual(["/yesterday"]);
      expect(await countRequests(db, { ...ANY, span: old, ...change })).toBe(1);
    }
    expect(await pathsOf({ method: "POST" })).toEqual(["/wp-login.php"]);
    expect(await countRequests(db, { ...ANY, status: "4xx", country: "NG" })).toBe(2);
    expect(await countRequests(db, { ...ANY, visitor: { network: "2001:db8:1::/48" } })).toBe(1);
  });

  test("a narrow range finds only addresses that are stored in clear", async () => {
    expect(await pathsOf({ visitor: { addressIn: "192.0.2.128/25" } })).toEqual(["/plain"]);
    expect(await pathsOf({ visitor: { addressIn: "203.0.113.0/28" } })).toEqual([]);
  });

  test("method, verdict, country and status class each leave out what does not fit", async () => {
    expect(await pathsOf({ method: "POST", verdict: "block", status: "4xx", country: "NG" })).toEqual([
      "/wp-login.php",
    ]);
    expect(await pathsOf({ status: "4xx" })).toEqual(["/100%_DOCS", "/wp-login.php"]);
    expect(await pathsOf({ status: "5xx" })).toEqual([]);
    expect(await pathsOf({ kind: "asset" })).toEqual(["/last"]);
  });

  test("a span holds its beginning and not its end", async () => {
    const second = (ago: number) => new Date(NOW.getTime() - ago * 1000);
    expect(await pathsOf({ span: { from: second(80), to: second(60) } })).toEqual(["/docs", "/docs_start"]);
  });
});

describe("pages", () => {
  test("lead from the newest request to the oldest and back, each request once", async () => {
    const seen: string[][] = [];
    let cursor: { before: string | null; after: string | null } | null = START;
    let last = await listRequests(db, ANY, START, 3);
    expect(last.newer).toBeNull();
    while (cursor) {
      last = await listRequests(db, ANY, cursor, 3);
      seen.push(last.rows.map((row) => row.path));
      cursor = last.older;
    }
    expect(seen.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(new Set(seen.flat()).size).toBe(8);
    const back = await listRequests(db, ANY, last.newer ?? START, 3);
    expect(back.rows.map((row) => row.path)).toEqual(seen[1]);
    const first = await listRequests(db, ANY, back.newer ?? START, 3);
    expect(first.rows.map((row) => row.path)).toEqual(seen[0]);
    expect(first.newer).toBeNull();
    expect(first.older).not.toBeNull();
  });

  test("are counted up to a limit", async () => {
    expect(await countRequests(db, ANY)).toBe(8);
    expect(await countRequests(db, ANY, 5)).toBe(5);
  });
});

describe("single facts", () => {
  test("the reference of a refusal finds its event, with the agent's name", async () => {
    expect(await findRequest(db, refusalId)).toMatchObject({
      path: "/wp-login.php",
      verdict: "block",
      agentName: "curl",
      agentText: "curl/8.5.0",
    });
    expect(await findRequest(db, uuidAt(NOW.getTime()))).toBeNull();
  });

  test("the latest requests come newest first, with counts by second and verdict", async () => {
    const span = { from: new Date(NOW.getTime() - 95_000), to: NOW };
    const latest = await latestRequests(db, span, 2);
    expect(latest.map((row) => row.path)).toEqual(["/last", "/plain"]);
    const counts = await countBySecond(db, span);
    expect(counts).toHaveLength(7);
    expect(counts[0]).toEqual({ second: NOW.getTime() / 1000 - 90, allowed: 0, blocked: 1, limited: 0 });
  });

  test("neighbours are the other visitors of a network", async () => {
    expect(await countNeighbours(db, "203.0.113.0/24", hashOf("203.0.113.7"), SPAN)).toBe(1);
    expect(await countNeighbours(db, "198.51.100.0/24", hashOf("203.0.113.7"), SPAN)).toBe(0);
  });

  test("the newest request and the countries seen", async () => {
    expect(await newestRequestAt(db)).toEqual(new Date(NOW.getTime() - 1000));
    expect(await listSeenCountries(db, SPAN)).toEqual(["NG"]);
  });
});
