import { describe, expect, test } from "vitest";
import { NO_PLACE, type Place } from "@/db/geo";
import { listPartitions } from "@/db/partitions";
import { recordEvents } from "@/db/record";
import { testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { openTestDatabase } from "@/services/test/database";

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

const { db } = await openTestDatabase();

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
      await db.$client`select allowed, blocked, limited from traffic_rollups where bucket = '2026-03-09T10:00:00Z'`;
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
      await db.$client`select tableoid::regclass::text as place from request_rows where path_id = text_id(2::int2, '/day') order by id`;
    expect(rows.map((row) => row.place)).toEqual(["request_logs_20260201", "request_logs_default"]);
    const ahead = Date.parse("2026-03-13T00:00:00Z");
    expect((await listPartitions(db)).some(({ from, to }) => from <= ahead && ahead < to)).toBe(true);
  });

  test("requests are counted in the hour of their time", async () => {
    const at = Date.parse("2026-03-05T07:59:59.999Z");
    await recordEvents(
      Array.from({ length: 50 }, () => event({ at, path: "/hours" })),
      deps(),
    );
    await recordEvents(
      [event({ at, verdict: "limit", reason: "rate-limit" }), event({ at: at + 1 })],
      deps(),
    );
    const rows = await db.$client`
      select to_char(bucket at time zone 'UTC', 'HH24:MI') as hour, allowed, blocked, limited from traffic_rollups
      where dimension = 'total' and bucket between '2026-03-05T07:00:00Z' and '2026-03-05T08:00:00Z' order by 1`;
    expect(rows).toEqual([
      { hour: "07:00", allowed: 50, blocked: 0, limited: 1 },
      { hour: "08:00", allowed: 1, blocked: 0, limited: 0 },
    ]);
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

  test("little traffic lies in partitions of a week, much in partitions of a day", async () => {
    const quiet = Date.parse("2026-01-05T00:00:00Z");
    await recordEvents([event({ at: quiet })], { ...deps(), now: () => new Date(quiet) });
    await db.$client`
      insert into traffic_rollups (bucket, dimension, allowed) values ('2026-01-19T00:00:00Z', 'total', 30000)`;
    const busy = Date.parse("2026-01-19T12:00:00Z");
    await recordEvents([event({ at: busy })], { ...deps(), now: () => new Date(busy) });
    const lengths = new Map(
      (await listPartitions(db)).map(({ from, to }) => [from, (to - from) / 86_400_000]),
    );
    expect(lengths.get(quiet)).toBe(7);
    expect(lengths.get(Date.parse("2026-01-19T00:00:00Z"))).toBe(1);
  });
});
