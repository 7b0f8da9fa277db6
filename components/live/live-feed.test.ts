import { describe, expect, test } from "vitest";
import { binsOf } from "@/components/live/live-bars";
import { LIVE_OFF, withMessage } from "@/components/live/live-feed";
import { LIVE_REQUESTS, LIVE_SECONDS, type LiveMessage, type LiveRequest } from "@/components/live/message";

const NOW = Date.parse("2026-03-10T12:30:07Z");
const SECOND = Math.floor(NOW / 1000);
const count = (ago: number, allowed: number, blocked = 0) => ({
  second: SECOND - ago,
  allowed,
  blocked,
  limited: 0,
});
const request = (ago: number, id: string): LiveRequest => ({
  id,
  at: NOW - ago * 1000,
  method: "GET",
  path: "/",
  status: 200,
  verdict: "allow",
  countryCode: null,
  handle: "203.0.113.0/24 · 7f3a9c",
});
const message = (over: Partial<LiveMessage>): LiveMessage => ({
  now: NOW,
  seconds: [],
  requests: [],
  suspects: { open: 0, detectedAt: null },
  ...over,
});

describe("withMessage", () => {
  test("a second that comes again replaces what was known of it: late events are added, none twice", () => {
    const first = withMessage(LIVE_OFF, message({ seconds: [count(3, 5), count(2, 1)] }));
    const second = withMessage(first, message({ seconds: [count(3, 7, 1)] }));
    expect([...second.seconds.values()]).toEqual([count(3, 7, 1), count(2, 1)]);
    expect(second.status).toBe("live");
  });

  test("requests stand there once, newest first, and no more than fit", () => {
    const first = withMessage(LIVE_OFF, message({ requests: [request(2, "b"), request(3, "a")] }));
    const again = withMessage(first, message({ requests: [request(1, "c"), request(2, "b")] }));
    expect(again.requests.map(({ id }) => id)).toEqual(["c", "b", "a"]);
    const many = Array.from({ length: 60 }, (_, index) => request(1, `x${index}`));
    expect(withMessage(again, message({ requests: many })).requests).toHaveLength(LIVE_REQUESTS);
  });

  test("what is older than the panel looks back is forgotten", () => {
    const old = [count(LIVE_SECONDS - 1, 5)];
    const first = withMessage(
      LIVE_OFF,
      message({ seconds: old, requests: [request(LIVE_SECONDS - 1, "a")] }),
    );
    const later = withMessage(first, message({ now: NOW + 5000 }));
    expect(later.seconds.size).toBe(0);
    expect(later.requests).toEqual([]);
  });
});

test("how many suspects are open is what was told last", () => {
  const first = withMessage(LIVE_OFF, message({ suspects: { open: 2, detectedAt: NOW } }));
  const later = withMessage(first, message({ now: NOW + 1000 }));
  expect(first.suspects).toEqual({ open: 2, detectedAt: NOW, at: NOW });
  expect(later.suspects).toEqual({ open: 0, detectedAt: null, at: NOW + 1000 });
});

test("bars of ten seconds hold every second of the last five minutes, the last bar the one that goes on", () => {
  const seconds = new Map(
    [count(0, 1), count(7, 2), count(8, 4, 1), count(290, 8)].map((each) => [each.second, each]),
  );
  const bins = binsOf(seconds, NOW);
  expect(bins).toHaveLength(30);
  expect(bins.at(-1)).toMatchObject({ allowed: 3, blocked: 0 });
  expect(bins.at(-2)).toMatchObject({ allowed: 4, blocked: 1 });
  expect(bins[0]).toMatchObject({ allowed: 8 });
});
