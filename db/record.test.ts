import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import { NO_PLACE, type Place } from "@/db/geo";
import { migrate } from "@/db/migrate";
import { listPartitions, partitionName } from "@/db/partitions";
import { recordEvents } from "@/db/record";
import { OTHER_KEY, ROLLUP_KEYS_MAX } from "@/db/rollup-writes";
import { testEvent } from "@/db/test/traffic";
import { userAgentIds } from "@/db/user-agents";
import type { RequestEvent } from "@/lib/events/request-event";
import { countSketch, mergeSketches } from "@/lib/hyperloglog";
import { testDatabase } from "@/services/test/postgres";

const LAGOS: Place = {
  ...NO_PLACE,
  countryCode: "NG",
  country: "Nigeria",
  city: "Lagos",
  latitude: 6.45,
  longitude: 3.39,
  source: "dbip",
};
const locator = { open: async () => {}, locate: () => LAGOS };
const NOW = new Date("2026-03-10T12:30:00Z");

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

function event(change: Partial<RequestEvent> = {}): RequestEvent {
  return testEvent({ at: NOW.getTime(), userAgent: "curl/8.5.0", ...change });
}

const deps = (privacy: "hashed" | "plain" = "hashed") => ({
  db,
  locator,
  hashKey: "test key",
  privacy,
  now: () => NOW,
});
const countOf = async (where: string) => {
  const [row] = await db.$client.unsafe(`select count(*)::int as count from ${where}`);
  return row?.count as number;
};

describe("recording", () => {
  test("an event that comes twice is one row and counted once", async () => {
    const at = Date.parse("2026-03-09T10:00:00Z");
    const events = [
      event({ at, path: "/once" }),
      event({ at, path: "/once", verdict: "block", reason: "block-rule" }),
    ];
    expect(await recordEvents(events, deps())).toBe(2);
    expect(await recordEvents([...events, ...events], deps())).toBe(0);
    expect(await countOf("request_logs where path = '/once'")).toBe(2);
    const rows =
      await db.$client`select allowed, blocked, limited from traffic_rollups where dimension = 'path' and key = '/once'`;
    expect(rows).toEqual([{ allowed: 1, blocked: 1, limited: 0 }]);
  });

  test("in hashed mode no column of a row holds the address, in plain mode one does", async () => {
    await recordEvents([event({ ip: "203.0.113.77", path: "/hashed" })], deps());
    await recordEvents([event({ ip: "203.0.113.77", path: "/plain" })], deps("plain"));
    const [hashed] =
      await db.$client`select request_logs::text as row, ip, network::text from request_logs where path = '/hashed'`;
    expect(hashed?.row).not.toContain("203.0.113.77");
    expect(hashed?.network).toBe("203.0.113.0/24");
    const [plain] = await db.$client`select host(ip) as ip from request_logs where path = '/plain'`;
    expect(plain?.ip).toBe("203.0.113.77");
  });

  test("an IPv6 visitor is a /64; the row also has the hash of the address, and the /48 as network", async () => {
    await recordEvents(
      [event({ ip: "2001:db8:1:2::1", path: "/six" }), event({ ip: "2001:db8:1:2::2", path: "/six" })],
      deps(),
    );
    const [row] = await db.$client`
      select count(distinct address_hash)::int as addresses, count(distinct ip_hash)::int as visitors, min(network)::text as network
      from request_logs where path = '/six'`;
    expect(row).toEqual({ addresses: 2, visitors: 1, network: "2001:db8:1::/48" });
  });

  test("each row lies in the partition of its day, and a day outside of all reason in the default one", async () => {
    await recordEvents(
      [
        event({ at: Date.parse("2026-02-01T23:59:59.999Z"), path: "/day" }),
        event({ at: Date.parse("2031-01-01T00:00:00Z"), path: "/day" }),
      ],
      deps(),
    );
    const rows =
      await db.$client`select tableoid::regclass::text as place from request_logs where path = '/day' order by id`;
    expect(rows.map((row) => row.place)).toEqual(["request_logs_20260201", "request_logs_default"]);
    expect(await listPartitions(db)).toContain(partitionName(new Date("2026-03-13T00:00:00Z")));
  });

  test("rows lie in the hour of their time, with their distinct visitors", async () => {
    const at = Date.parse("2026-03-05T07:59:59.999Z");
    const events = Array.from({ length: 50 }, (_, n) =>
      event({ at, ip: `198.51.100.${n % 25}`, path: "/hours" }),
    );
    await recordEvents(events, deps());
    await recordEvents([event({ at, ip: "198.51.100.200", path: "/hours" })], deps());
    const [row] = await db.$client`
      select to_char(bucket at time zone 'UTC', 'HH24:MI') as hour, allowed, encode(visitors, 'hex') as visitors
      from traffic_rollups where dimension = 'total' and bucket = '2026-03-05T07:00:00Z'`;
    expect(row).toMatchObject({ hour: "07:00", allowed: 51 });
    expect(countSketch(mergeSketches([row?.visitors]))).toBe(26);
  });

  test("a flood of invented paths fills an hour's rows up to the bound and then `~other`, and loses no count", async () => {
    const at = Date.parse("2026-03-04T03:00:00Z");
    for (let round = 0; round < 3; round++) {
      const events = Array.from({ length: 150 }, (_, n) => event({ at, path: `/invented/${round}/${n}` }));
      await recordEvents(events, deps());
    }
    const [row] = await db.$client`
      select count(*)::int as keys, sum(allowed)::int as requests, max(allowed) filter (where key = ${OTHER_KEY})::int as other
      from traffic_rollups where dimension = 'path' and bucket = '2026-03-04T03:00:00Z'`;
    expect(row).toEqual({ keys: ROLLUP_KEYS_MAX + 1, requests: 450, other: 450 - ROLLUP_KEYS_MAX });
  });

  test("texts of a visitor that Postgres could choke on are stored", async () => {
    const path = `/${"\u{1F600}".repeat(1000)}`;
    await recordEvents(
      [event({ path, userAgent: `'; drop table users; -- {1,"2"} \\ ${"é".repeat(400)}`, method: "{NULL}" })],
      deps(),
    );
    const [row] = await db.$client`select path, method from request_logs where method = '{NULL}'`;
    expect(row).toEqual({ path, method: "{NULL}" });
  });

  test("a full dictionary of user agents takes no further one", async () => {
    const before = await countOf("user_agents");
    const ids = await userAgentIds(db.$client, ["invented/1", "invented/2", "invented/3"], before + 2);
    expect(ids.size).toBe(2);
    expect(await countOf("user_agents")).toBe(before + 2);
  });
});
