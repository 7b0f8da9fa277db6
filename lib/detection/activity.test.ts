import { describe, expect, test } from "vitest";
import { type ActivityRequest, gatherActivity } from "@/lib/detection/activity";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import { START } from "@/lib/detection/test/activity-of";

const KEY = "198.51.100.9";

function requestOf(change: Partial<ActivityRequest> = {}): ActivityRequest {
  return {
    key: KEY,
    network: "198.51.100.0/24",
    at: START,
    path: "/",
    userAgent: "Example/1.0",
    status: 200,
    kind: "page",
    signals: 0,
    verdict: "allow",
    signedIn: false,
    ...change,
  };
}

const gather = (...requests: Partial<ActivityRequest>[]) => {
  const activity = gatherActivity(requests.map(requestOf)).get(KEY);
  if (activity === undefined) throw new Error("The visitor has no activity.");
  return activity;
};

describe("the activity of a visitor", () => {
  test("counts pages and API calls, and no prefetches, data requests and assets", () => {
    const kinds = ["page", "api", "data", "prefetch", "asset"] as const;
    expect(gather(...kinds.map((kind) => ({ kind })))).toMatchObject({ requests: 5, counted: 2 });
    expect(gather({ signals: SIGNAL_BITS.asset }, {})).toMatchObject({ requests: 2, counted: 1 });
  });

  test("a missing image, robots.txt or prefetch is no failed path", () => {
    const missing = { status: 404 } as const;
    const activity = gather(
      { ...missing, path: "/a.png", kind: "asset" },
      { ...missing, path: "/robots.txt", signals: SIGNAL_BITS["well-known"] },
      { ...missing, path: "/next", kind: "prefetch" },
    );
    expect(activity).toMatchObject({ failed: 0, failedPaths: 0, probes: 0 });
  });

  test("what the guard refused is not the site's answer", () => {
    const refused = { status: 403, path: "/a" } as const;
    expect(
      gather({ ...refused, verdict: "block" }, { ...refused, verdict: "limit", status: 429 }),
    ).toMatchObject({
      failed: 0,
      answeredOtherwise: false,
      blocked: 1,
      limited: 1,
    });
    expect(gather(refused)).toMatchObject({ failed: 1, failedPaths: 1 });
  });

  test("repeats of one failed path are one path", () => {
    const repeats = Array.from({ length: 200 }, () => ({ status: 404, path: "/gone" }));
    expect(gather(...repeats)).toMatchObject({ failed: 200, failedPaths: 1, probes: 200 });
  });

  test("200, 301, 401 and 500 are no failed paths, and without a status nothing is", () => {
    for (const status of [200, 301, 401, 500, null]) expect(gather({ status }).failedPaths).toBe(0);
    expect(gather({ status: null }).answeredOtherwise).toBe(false);
  });

  test("a status that says the same as a commoner one counts as that", () => {
    for (const status of [410, 418, 444, 451]) expect(gather({ status }).failed).toBe(1);
    const signals = SIGNAL_BITS["admin-probe"];
    expect(gather({ signals, status: 418 }).adminRefused).toBe(1);
  });

  test("signals are counted by name, several of one request each", () => {
    const both = SIGNAL_BITS.traversal | SIGNAL_BITS.injection;
    const activity = gather({ signals: both }, { signals: SIGNAL_BITS.traversal });
    expect(activity.signals).toEqual({ traversal: 2, injection: 1 });
    expect(activity.probes).toBe(2);
  });

  test("refusals of sensitive and administration paths are counted apart", () => {
    const signals = SIGNAL_BITS["sensitive-path"] | SIGNAL_BITS["admin-probe"];
    const statuses = [200, 302, 401, 403, 404, 405, null];
    expect(gather(...statuses.map((status) => ({ signals, status })))).toMatchObject({
      sensitiveRefused: 3,
      adminRefused: 3,
    });
  });

  test("hours, times, user agents and marks of a login are gathered", () => {
    const hours = [0, 1, 1, 5].map((hour) => ({ at: START + hour * 3_600_000, userAgent: `Agent ${hour}` }));
    expect(gather(...hours)).toMatchObject({
      activeHours: 3,
      userAgents: 3,
      firstAt: START,
      lastAt: START + 5 * 3_600_000,
      signedIn: false,
    });
    expect(gather({}, { signedIn: true }).signedIn).toBe(true);
    const failure = SIGNAL_BITS["login-attempt"] | SIGNAL_BITS["login-failure"];
    expect(gather({ signals: failure }, { signals: SIGNAL_BITS["login-attempt"] })).toMatchObject({
      loginAttempts: 2,
      loginFailures: 1,
    });
    expect(gather({ signals: SIGNAL_BITS["crawler-claim"] }).claimsCrawler).toBe(true);
  });

  test("what somebody does who is signed in here counts for no limit, and its attacks all the same", () => {
    const signals = SIGNAL_BITS["sensitive-file"];
    const own = { signedIn: true, status: 404, signals };
    expect(gather(own, own)).toMatchObject({
      requests: 2,
      counted: 0,
      failed: 0,
      failedPaths: 0,
      signals: { "sensitive-file": 2 },
    });
  });

  test("an estimate of distinct ones is never more than there were requests", () => {
    for (let count = 1; count <= 300; count += 7) {
      const paths = Array.from({ length: count }, (_, n) => ({ path: `/${n * 31}`, status: 404 }));
      const activity = gather(...paths);
      expect(activity.failedPaths).toBeLessThanOrEqual(count);
      expect(activity.distinctPaths).toBeLessThanOrEqual(count);
      expect(activity.userAgents).toBe(1);
    }
  });

  test("visitors are kept apart", () => {
    const all = gatherActivity([requestOf(), requestOf({ key: "203.0.113.1" }), requestOf()]);
    expect([...all].map(([key, { requests }]) => [key, requests])).toEqual([
      [KEY, 2],
      ["203.0.113.1", 1],
    ]);
  });
});
