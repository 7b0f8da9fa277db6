import { expect, test } from "vitest";
import { generateRequests } from "@/bench/generate-requests";
import { makeEvents } from "@/bench/made-events";
import type { RequestEvent } from "@/lib/events/request-event";
import { openTestDatabase } from "@/services/test/database";

const REQUESTS = 20_000;
const HOUR_MS = 3_600_000;
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const window = { from: new Date(NOW - 2 * HOUR_MS), to: new Date(NOW) };
/** What follows from a request's number is the same but for the ends of hours; what is drawn varies by half a percent. */
const COUNTED_WITHIN = 0.001;
const DRAWN_WITHIN = 0.03;

const { db } = await openTestDatabase();

const shareOf = (events: readonly RequestEvent[], fits: (event: RequestEvent) => boolean) =>
  events.filter(fits).length / events.length;

test("traffic made as rows and traffic made as events have one shape", async () => {
  // No address leaves 7 when it is divided by 7: nobody probes.
  await generateRequests(db, { rows: REQUESTS, window, oneProberIn: 7, withRefusals: true });
  const [rows] = await db.$client`
    select count(*)::int as requests, avg((kind = 'asset')::int)::float8 as assets, avg((status = 403)::int)::float8 as blocked,
      avg((status = 429)::int)::float8 as limited, avg((status = 404)::int)::float8 as missing,
      avg((referrer_host is not null)::int)::float8 as referred, avg(duration_ms)::float8 as duration,
      avg((family(network) = 6)::int)::float8 as sixth, avg((path = '/products/1')::int)::float8 as first_path,
      count(distinct ip_hash)::int as visitors
    from request_logs`;
  const events = makeEvents(REQUESTS, window);
  expect(events).toHaveLength(REQUESTS);
  expect(rows?.requests).toBe(REQUESTS);
  const counted = {
    assets: shareOf(events, ({ kind }) => kind === "asset"),
    blocked: shareOf(events, ({ verdict }) => verdict === "block"),
    limited: shareOf(events, ({ verdict }) => verdict === "limit"),
    missing: shareOf(events, ({ status }) => status === 404),
    referred: shareOf(events, ({ referrerHost }) => referrerHost !== null),
  };
  for (const [name, share] of Object.entries(counted))
    expect(Math.abs(rows?.[name] - share), name).toBeLessThan(COUNTED_WITHIN);
  const drawn = {
    sixth: shareOf(events, ({ ip }) => ip?.includes(":") === true),
    first_path: shareOf(events, ({ path }) => /^\/(assets|products)\/1[./]/.test(path)),
  };
  for (const [name, share] of Object.entries(drawn))
    expect(Math.abs(rows?.[name] - share), name).toBeLessThan(DRAWN_WITHIN);
  const visitors = new Set(events.map(({ ip }) => ip)).size;
  expect(Math.abs(rows?.visitors / visitors - 1)).toBeLessThan(0.1);
  const duration = events.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / REQUESTS;
  expect(Math.abs(rows?.duration - duration)).toBeLessThan(1);
});
