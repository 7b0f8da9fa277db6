import { beforeAll, describe, expect, test } from "vitest";
import { NO_PLACE, type Place } from "@/db/geo";
import { readOverview } from "@/db/overview";
import { recordEvents } from "@/db/record";
import { testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { formatIp, type Ip } from "@/lib/ip";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date("2026-03-10T12:30:00.000Z");
const at = (text: string) => Date.parse(text);

const LAGOS: Place = {
  ...NO_PLACE,
  countryCode: "NG",
  city: "Lagos | Ikeja",
  latitude: 6.45,
  longitude: 3.39,
};
const BERLIN: Place = { ...NO_PLACE, countryCode: "DE", city: "Berlin", latitude: 52.52, longitude: 13.4 };
const locator = {
  open: async () => {},
  locate: (ip: Ip) => {
    const address = formatIp(ip);
    return address.startsWith("203.") ? LAGOS : address.startsWith("198.") ? BERLIN : NO_PLACE;
  },
};

const { db } = await openTestDatabase();

function event(time: number, ip: string, change: Partial<RequestEvent> = {}): RequestEvent {
  return testEvent({ at: time, ip, userAgent: "curl/8.5.0", ...change });
}
const record = (events: RequestEvent[]) =>
  recordEvents(events, { db, locator, hashKey: "test key", privacy: "hashed", now: () => NOW });
const blocked = { verdict: "block", reason: "block-rule", path: "/wp-login.php" } as const;
const limited = { verdict: "limit", reason: "rate-limit", path: "/login" } as const;

test("a new database has no request, and every step of the range all the same", async () => {
  const overview = await readOverview(db, "24h", NOW);
  expect(overview.newestAt).toBeNull();
  expect(overview.steps).toHaveLength(25);
  expect(overview.current).toEqual({
    counts: { allowed: 0, blocked: 0, limited: 0 },
    requests: 0,
    visitors: { count: 0, isApproximate: false },
  });
  expect(overview.places).toEqual([]);
});

describe("with traffic", () => {
  beforeAll(async () => {
    await record([
      // This period of 24 hours: 6 requests of 4 visitors.
      event(at("2026-03-09T12:30:00.000Z"), "203.0.113.1"),
      event(at("2026-03-09T13:10:00.000Z"), "203.0.113.1", { path: "/docs" }),
      event(at("2026-03-09T20:00:00.000Z"), "203.0.113.2", blocked),
      event(at("2026-03-10T11:59:59.999Z"), "198.51.100.3", limited),
      event(at("2026-03-10T12:00:00.000Z"), "192.0.2.4"),
      event(at("2026-03-10T12:29:59.999Z"), "192.0.2.4"),
      // The one before it: 3 requests of 2 visitors, one of them in the hour that both share.
      event(at("2026-03-08T12:30:00.000Z"), "203.0.113.1"),
      event(at("2026-03-09T12:29:59.999Z"), "198.51.100.9"),
      event(at("2026-03-09T02:00:00.000Z"), "198.51.100.9", blocked),
      // And before both.
      event(at("2026-03-08T12:29:59.999Z"), "198.51.100.9"),
    ]);
  });

  test("a day is counted to the millisecond, although most of it is read by hours", async () => {
    const { current, before, steps } = await readOverview(db, "24h", NOW);
    expect(current.counts).toEqual({ allowed: 4, blocked: 1, limited: 1 });
    expect(current.visitors).toEqual({ count: 4, isApproximate: false });
    expect(before.counts).toEqual({ allowed: 2, blocked: 1, limited: 0 });
    expect(before.visitors).toEqual({ count: 2, isApproximate: false });
    expect(steps.reduce((sum, step) => sum + step.allowed + step.blocked + step.limited, 0)).toBe(6);
    expect(steps.reduce((sum, step) => sum + step.before, 0)).toBe(3);
    expect(steps[0]).toMatchObject({ at: at("2026-03-09T12:00:00Z"), allowed: 1, before: 1 });
    expect(steps.at(-1)).toMatchObject({ at: at("2026-03-10T12:00:00Z"), allowed: 2, before: 1 });
  });

  test("an hour goes by minutes, a week by hours, a month by six hours", async () => {
    const hour = await readOverview(db, "1h", NOW);
    expect(hour.steps).toHaveLength(60);
    expect(hour.current.requests).toBe(3);
    expect(hour.steps.at(-1)).toMatchObject({ at: at("2026-03-10T12:29:00Z"), allowed: 1 });
    const week = await readOverview(db, "7d", NOW);
    expect(week.steps).toHaveLength(169);
    expect(week.current.requests).toBe(10);
    const month = await readOverview(db, "30d", NOW);
    expect(month.steps).toHaveLength(121);
    expect(month.current.requests).toBe(10);
    expect(month.current.visitors).toEqual({ count: 5, isApproximate: false });
  });

  test("countries, networks, paths and places come with what was refused", async () => {
    const { countries, networks, paths, places } = await readOverview(db, "24h", NOW, { listed: 2 });
    expect(countries).toEqual([
      { key: "NG", requests: 3, refused: 1, visitors: 2 },
      { key: "", requests: 2, refused: 0, visitors: 1 },
      { key: "DE", requests: 1, refused: 1, visitors: 1 },
    ]);
    expect(networks.map(({ key, requests }) => [key, requests])).toEqual([
      ["203.0.113.0/24", 3],
      ["192.0.2.0/24", 2],
    ]);
    expect(paths[0]).toMatchObject({ key: "/", requests: 3, refused: 0 });
    expect(places).toEqual([
      { countryCode: "NG", city: "Lagos   Ikeja", latitude: 6.45, longitude: 3.39, requests: 3, refused: 1 },
      { countryCode: "DE", city: "Berlin", latitude: 52.52, longitude: 13.4, requests: 1, refused: 1 },
    ]);
  });
});
