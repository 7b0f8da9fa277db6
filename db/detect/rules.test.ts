import { beforeEach, describe, expect, test } from "vitest";
import { DetectionSite } from "@/db/test/detection-site";
import { RULE_IDS, type RuleId } from "@/lib/detection/rules";
import type { RequestEvent } from "@/lib/events/request-event";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

const IP = "203.0.113.77";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
type Change = Partial<RequestEvent>;

/** So many requests, one every few seconds before the clock. */
function requests(count: number, each: (n: number) => Change, secondsApart = 30): RequestEvent[] {
  return Array.from({ length: count }, (_, n) =>
    site.event(1 + (n * secondsApart) / 60, { ip: IP, ...each(n) }),
  );
}

type Case = {
  rule: RuleId;
  traffic: () => RequestEvent[];
  counts: Record<string, number>;
  sentence: string;
  /** The target; the address where there is none. */
  target?: string;
  privacy?: "hashed" | "plain";
};

const one = (change: Change) => () => requests(1, () => change);

const CASES: Case[] = [
  {
    rule: "high-volume",
    traffic: () => requests(101, (n) => ({ path: `/page/${n % 5}` })),
    counts: { requests: 101 },
    sentence: "101 requests in 50 minutes (limit: 100 an hour).",
  },
  {
    rule: "sensitive-path",
    traffic: () => requests(20, () => ({ path: "/api/auth/session", kind: "api" })),
    counts: { sensitivePath: 20, sensitiveRefused: 0 },
    sentence:
      "20 requests for sensitive paths in 10 minutes (limit: 20 an hour). Asked for /api/auth/session.",
  },
  {
    rule: "path-probing",
    traffic: () => requests(20, (n) => ({ path: `/lost/${n}`, status: [404, 403, 400, 410][n % 4] })),
    counts: { failed: 20 },
    sentence: "answered 400, 403 or 404 (limit: 10 an hour). Asked for /lost/0, /lost/1 and",
  },
  {
    rule: "sensitive-files",
    traffic: one({ path: "/.git/config", status: 404 }),
    counts: { "sensitive-file": 1 },
    sentence: "1 request for a secret file. Asked for /.git/config.",
  },
  {
    rule: "traversal",
    traffic: one({ path: "/static/../../../../etc/passwd", status: 400 }),
    counts: { traversal: 1 },
    sentence: "1 request that climbs out of the site's folder. Asked for /static/../../../../etc/passwd.",
  },
  {
    rule: "injection",
    traffic: one({ path: "/search", query: "id=1' union select password from users--" }),
    counts: { injection: 1 },
    sentence: "1 request with SQL, script or commands in it. Asked for /search.",
  },
  {
    rule: "known-exploit",
    traffic: one({ path: "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", status: 404 }),
    counts: { "known-exploit": 1 },
    sentence: "1 request that only a known attack makes.",
  },
  {
    rule: "bad-user-agent",
    traffic: one({ userAgent: "sqlmap/1.8#stable (https://sqlmap.org)" }),
    counts: { "scanner-agent": 1 },
    sentence: "1 request by a scanner that names itself.",
  },
  {
    rule: "open-proxy",
    traffic: one({ method: "CONNECT", path: "elsewhere.example:443", status: 405 }),
    counts: { "open-proxy": 1 },
    sentence: "1 attempt to reach another site through this one. Asked for elsewhere.example:443.",
  },
  {
    rule: "malformed",
    traffic: one({ method: "HELP", path: "/", status: 400 }),
    counts: { malformed: 1 },
    sentence: "1 request that is not HTTP.",
  },
  {
    rule: "admin-probing",
    traffic: one({ path: "/phpmyadmin/", status: 404 }),
    counts: { adminProbes: 1, adminRefused: 1 },
    sentence: "1 request for an administration interface, 1 of them answered that there is none or refused",
  },
  {
    rule: "login-bruteforce",
    traffic: () => requests(6, () => ({ path: "/account/login", method: "POST", status: 401 })),
    counts: { loginFailures: 6, loginAttempts: 6 },
    sentence: "6 failed logins in 3 minutes (limit: 5 an hour).",
  },
  {
    rule: "credential-stuffing",
    traffic: () =>
      requests(24, (n) => ({
        ip: `203.0.113.${100 + (n % 8)}`,
        path: "/login",
        method: "POST",
        status: 401,
      })),
    counts: { failures: 24, visitors: 8 },
    sentence: "24 failed logins from 8 visitors of 203.0.113.0/24 (limit: 20 an hour from 3).",
    target: "203.0.113.0/24",
  },
  {
    rule: "crawl",
    traffic: () => requests(90, (n) => ({ path: `/article/${n}` }), 1),
    counts: {},
    sentence: "different pages in 89 seconds (limit: 60 an hour at 20 a minute).",
  },
  {
    rule: "user-agent-switching",
    traffic: () => requests(24, (n) => ({ path: `/p/${n % 3}`, userAgent: `Example/${n}.0` })),
    counts: { requests: 24 },
    sentence: "24 requests in 12 minutes under 21 user agents",
  },
  {
    rule: "fake-crawler",
    // An address of nobody's crawler that counts as public; those for documents are taken for a test.
    traffic: one({
      ip: "192.0.0.9",
      userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    }),
    privacy: "plain",
    counts: { claims: 1 },
    sentence: "1 request as a search engine's crawler, from 192.0.0.0/24, which that engine does not use.",
    target: "192.0.0.9",
  },
  {
    rule: "low-and-slow",
    traffic: () => requests(8, (n) => ({ path: `/old-${n}`, status: 404 }), 9000),
    counts: { requests: 8, probes: 8 },
    sentence: "8 requests spread over 8 hours of a day, 8 of them probes (limit: 6).",
  },
  {
    rule: "distributed",
    traffic: () =>
      [9, 10, 11, 90].flatMap((host) => [
        site.event(3, {
          ip: `192.0.2.${host}`,
          path: host === 90 ? "/" : "/.env",
          status: host === 90 ? 200 : 404,
        }),
      ]),
    counts: { visitors: 3, cleanVisitors: 1 },
    sentence:
      "3 suspicious visitors in 192.0.2.0/24 (limit: 3). Blocking 192.0.2.0/24 would have hit 1 clean visitor in 30 days.",
    target: "192.0.2.0/24",
  },
];

describe("from the rows of the database to the case", () => {
  test.each(CASES)("$rule", async ({ rule, traffic, counts, sentence, target = IP, privacy }) => {
    await site.record([...traffic(), site.event(2, { ip: "198.51.100.200", userAgent: BROWSER })], privacy);
    await site.run();
    const row = await site.row(target);
    expect(row.reasons).toContain(rule);
    expect(row.reason).toBe(row.reasons.length > 1 ? "multiple" : rule);
    const finding = row.details.findings.find((one) => one.rule === rule);
    expect(finding?.counts).toMatchObject(counts);
    expect(finding?.sentence).toContain(sentence);
    expect(row.parts[rule]).toBe(finding?.score);
    expect(await site.row("198.51.100.200").catch(() => null)).toBeNull();
  });

  test("traffic-spike, once there is a week of the site's own hours", async () => {
    const hour = site.now.getTime() - 3_600_000;
    const fill = (from: number, to: number, requests: number) => site.db.$client`
      insert into traffic_rollups (bucket, dimension, allowed)
      select at, 'total', ${requests}::int from generate_series(
        ${new Date(from).toISOString()}::timestamptz, ${new Date(to).toISOString()}::timestamptz, interval '1 hour') as at
      on conflict do nothing`;
    await fill(hour, hour, 900);
    await fill(hour - 100 * 3_600_000, hour - 3_600_000, 50);
    expect((await site.run())?.details.site).toEqual([]);
    await fill(hour - 200 * 3_600_000, hour - 101 * 3_600_000, 50);
    const found = (await site.run())?.details.site;
    expect(found).toMatchObject([{ rule: "traffic-spike", counts: { requests: 900, usual: 50 } }]);
    expect(found?.[0]?.sentence).toContain("900 requests in this hour, 18 times the usual 50");
  });

  test("every rule is reached by one of these", () => {
    expect([...CASES.map(({ rule }) => rule), "traffic-spike"].sort()).toEqual([...RULE_IDS].sort());
  });
});

describe("where no answer is known, as at the edge door", () => {
  test("paths still speak for themselves, and nothing is said about answers", async () => {
    const edge = { door: "edge", status: null } as const;
    await site.record([
      ...site.probe("203.0.113.1", 5, edge),
      ...requests(30, (n) => ({ ...edge, ip: "203.0.113.2", path: `/lost/${n}` })),
      ...requests(3, () => ({ ...edge, ip: "203.0.113.3", path: "/phpmyadmin/" })),
      ...requests(24, () => ({ ...edge, ip: "203.0.113.4", path: "/login", method: "POST" })),
    ]);
    await site.run();
    expect((await site.row("203.0.113.1")).reasons).toContain("sensitive-files");
    expect(await site.row("203.0.113.2").catch(() => null)).toBeNull();
    const probing = (await site.row("203.0.113.3")).details.findings.find(
      ({ rule }) => rule === "admin-probing",
    );
    expect(probing?.counts).toEqual({ adminProbes: 3, adminRefused: 0 });
    expect(probing?.sentence).not.toContain("answered");
    expect((await site.row("203.0.113.4")).reasons).toContain("login-bruteforce");
  });
});

describe("nobody is flagged", () => {
  const nobody = async () => expect((await site.rows()).map(({ reasons }) => reasons)).toEqual([]);

  test("who is signed in and works in the administration, mistyped passwords of today aside", async () => {
    const ours = { ip: IP, userId: 1 };
    await site.record([
      ...requests(40, () => ({ ...ours, path: "/admin/users" })),
      ...requests(30, () => ({ ...ours, path: "/login/" })),
      ...requests(6, () => ({ ...ours, path: "/admin/gone", status: 404 })),
      ...requests(2, () => ({ ip: IP, path: "/login", method: "POST", status: 401 })),
    ]);
    await site.run();
    await nobody();
  });

  test("who loads pages with hundreds of assets, prefetches and missing images", async () => {
    await site.record([
      ...requests(40, (n) => ({ path: `/page/${n % 6}` })),
      ...requests(200, (n) => ({ path: `/img/${n}.png`, kind: "asset", status: 404 }), 10),
      ...requests(200, (n) => ({ path: `/page/${n}`, kind: "prefetch", status: 404 }), 10),
      ...requests(100, (n) => ({ path: `/page/${n}`, kind: "data" }), 10),
      ...requests(20, (n) => ({ path: `/.well-known/thing-${n}`, status: 404 })),
    ]);
    await site.run();
    await nobody();
  });

  test("who reads a guide for administrators and opens the login page once", async () => {
    await site.record([
      ...requests(60, () => ({ path: "/administrator-guide" })),
      ...requests(1, () => ({ path: "/login/" })),
    ]);
    await site.run();
    await nobody();
  });
});
