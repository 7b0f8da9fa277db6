import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import { type DetectDeps, detect, windowUntil } from "@/db/detect";
import { changePolicy } from "@/db/detection-policy";
import { listRuns, pruneRuns } from "@/db/detection-runs";
import { changeThresholds, readThresholds } from "@/db/detection-settings";
import { type Actor, endRule, saveRule } from "@/db/enforcement";
import { withLock } from "@/db/locks";
import { migrate } from "@/db/migrate";
import { ignoreSuspicious, resolveSuspicious, settleEndedBlocks } from "@/db/suspicion-verbs";
import type { SuspiciousIpView } from "@/db/suspicious-ips";
import { listSuspicious } from "@/db/suspicious-ips";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { type Ip, parseIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { testDatabase } from "@/services/test/postgres";

const MINUTE = 60_000;
const ada: Actor = { name: "ada", origin: "manual", ownIp: null };

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
let published = 0;
/** The clock of a test: a different hour for each, so that none sees the traffic of another. */
let now = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
beforeEach(() => {
  now = new Date(now.getTime() - 26 * 3_600_000);
});
afterEach(async () => {
  await db.$client`truncate suspicious_ips, detection_runs, ip_rules, settings`;
  published = 0;
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

const deps = (change: Partial<DetectDeps> = {}): DetectDeps => ({
  enforcement: {
    db,
    publish: async () => {
      published++;
    },
    privacy: "hashed",
    hashKey: TEST_HASH_KEY,
    warn: () => {},
  },
  env: { TRUSTED_PROXIES: undefined },
  now: () => now,
  source: {},
  ...change,
});
const hashOf = (ip: string) => hashIp(parseIp(ip) as Ip, TEST_HASH_KEY);
const record = (events: RequestEvent[], privacy: "hashed" | "plain" = "hashed") =>
  recordTraffic(db, events, { now, privacy });
const run = (change: Partial<Parameters<typeof detect>[1]> = {}, given = deps()) =>
  detect(given, { trigger: "manual", actor: "ada", window: windowUntil(now), ...change });
const rows = async () => (await listSuspicious(db, { status: "all" }, TEST_HASH_KEY)).rows;
const one = async (ip: string) => (await rows()).find((row) => row.target === hashOf(ip)) as SuspiciousIpView;

/** A visitor who asks for secret files, and is answered that there are none. */
const probe = (ip: string, minutesAgo = 5, change: Partial<RequestEvent> = {}) =>
  ["/.env", "/.git/config", "/backup.sql"].map((path, index) =>
    testEvent({ at: now.getTime() - minutesAgo * MINUTE + index, ip, path, status: 404, ...change }),
  );

describe("a detection", () => {
  test("flags who probes with true evidence, and nobody who reads", async () => {
    await record([
      ...probe("203.0.113.9"),
      ...Array.from({ length: 40 }, (_, n) =>
        testEvent({ at: now.getTime() - 30 * MINUTE + n * 1000, ip: "203.0.113.20", path: `/page/${n % 8}` }),
      ),
    ]);
    const result = await run();
    expect(result).toMatchObject({ examined: 2, flagged: 1, trigger: "manual", actor: "ada", error: null });
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      target: hashOf("203.0.113.9"),
      targetKind: "hash",
      network: "203.0.113.0/24",
      ip: null,
      status: "open",
      isActive: true,
      followUp: "would-block",
    });
    expect(row?.reasons).toContain("sensitive-files");
    expect(row?.score).toBeGreaterThanOrEqual(70);
    const finding = row?.details.findings.find(({ rule }) => rule === "sensitive-files");
    expect(finding?.counts).toEqual({ "sensitive-file": 3 });
    expect(finding?.sentence).toContain("3 requests for secret files");
    expect(row?.details.samples.map(({ path }) => path)).toEqual(["/backup.sql", "/.git/config", "/.env"]);
    expect(JSON.stringify(row)).not.toContain("203.0.113.9");
  });

  test("in plain mode names the address", async () => {
    await record(probe("203.0.113.10"), "plain");
    await run();
    expect((await rows())[0]).toMatchObject({ ip: "203.0.113.10", label: "203.0.113.10" });
  });

  test("looks at its window only, and over more than an hour hour by hour", async () => {
    await record(probe("203.0.113.11", 90));
    expect((await run())?.flagged).toBe(0);
    expect((await run({ window: windowUntil(now, 3 * 3_600_000) }))?.flagged).toBe(1);
    await expect(run({ window: windowUntil(now, 8 * 86_400_000) })).rejects.toMatchObject({
      code: "bad-input",
    });
  });

  test("sees a patient search that no hour shows", async () => {
    const events = Array.from({ length: 8 }, (_, n) =>
      testEvent({
        at: now.getTime() - (n * 150 + 5) * MINUTE,
        ip: "203.0.113.12",
        path: `/old-${n}`,
        status: 404,
      }),
    );
    await record(events);
    await run();
    expect(await one("203.0.113.12")).toMatchObject({ reason: "low-and-slow" });
  });

  test("counts failed logins of a network together", async () => {
    const events = Array.from({ length: 24 }, (_, n) =>
      testEvent({
        at: now.getTime() - (n + 1) * MINUTE,
        ip: `203.0.113.${100 + (n % 8)}`,
        path: "/login",
        method: "POST",
        status: 401,
      }),
    );
    await record(events);
    await run();
    const range = (await rows()).find(({ targetKind }) => targetKind === "range");
    expect(range).toMatchObject({ target: "203.0.113.0/24", label: "203.0.113.0/24" });
    expect(range?.reasons).toContain("credential-stuffing");
  });

  test("proposes a network from which several were flagged, and says whom a block would have hit", async () => {
    await record([
      ...["192.0.2.1", "192.0.2.2", "192.0.2.3"].flatMap((ip) => probe(ip)),
      testEvent({ at: now.getTime() - MINUTE, ip: "192.0.2.50" }),
    ]);
    await run();
    const range = (await rows()).find(({ target }) => target === "192.0.2.0/24");
    expect(range?.details.range).toEqual({ flagged: 3, cleanVisitors: 1 });
    expect(range?.reason).toBe("distributed");
  });

  test("that fails leaves its row with the reason", async () => {
    const broken = deps({ source: { SUSPICIOUS_REQUEST_THRESHOLD: "many" } });
    await expect(run({}, broken)).rejects.toThrow("SUSPICIOUS_REQUEST_THRESHOLD");
    expect((await listRuns(db))[0]?.error).toContain("SUSPICIOUS_REQUEST_THRESHOLD");
  });

  test("never runs twice at once", async () => {
    expect(await withLock(db, "detection:all", () => run())).toBeNull();
    expect(await listRuns(db)).toEqual([]);
  });
});

describe("seen again", () => {
  test("an open case keeps its first time, and its evidence grows", async () => {
    await record(probe("203.0.113.30"));
    await run();
    const first = await one("203.0.113.30");
    now = new Date(now.getTime() + 50 * MINUTE);
    const scan = Array.from({ length: 20 }, (_, n) =>
      testEvent({
        at: now.getTime() - 50 * MINUTE + n,
        ip: "203.0.113.30",
        path: `/missing-${n}`,
        status: 404,
      }),
    );
    await record(scan);
    await run();
    const again = await one("203.0.113.30");
    expect(again.firstDetected).toEqual(first.firstDetected);
    expect(again.lastDetected.getTime()).toBeGreaterThan(first.lastDetected.getTime());
    expect(again.reasons).toEqual(expect.arrayContaining(["sensitive-files", "path-probing"]));
    expect(again.reason).toBe("multiple");
  });

  test("an ignored one stays ignored", async () => {
    await record(probe("203.0.113.31"));
    await run();
    await ignoreSuspicious([(await one("203.0.113.31")).id], ada, deps().enforcement);
    await changePolicy(db, { "sensitive-files": "enforce" }, ada);
    await run();
    expect(await one("203.0.113.31")).toMatchObject({ status: "ignored", isActive: false, ruleId: null });
  });

  test("a resolved one opens again by what it does afterwards, and not by what it had done", async () => {
    now = new Date();
    await record(probe("203.0.113.32"));
    await run();
    const { id } = await one("203.0.113.32");
    await resolveSuspicious([id], ada, deps().enforcement);
    expect((await run())?.flagged).toBe(0);
    expect(await one("203.0.113.32")).toMatchObject({ id, status: "resolved" });
    await record(
      ["/.env.local"].map((path) =>
        testEvent({ at: Date.now() + 500, ip: "203.0.113.32", path, status: 404 }),
      ),
    );
    now = new Date(Date.now() + 1000);
    expect((await run())?.details).toMatchObject({ reopened: 1, created: 0 });
    const again = await one("203.0.113.32");
    expect(again).toMatchObject({ id, status: "open", detections: 2 });
    expect(again.details.samples.map(({ path }) => path)).toEqual(["/.env.local"]);
  });
});

describe("the policy", () => {
  const enforce = () => changePolicy(db, { "sensitive-files": "enforce" }, ada);

  test("off finds nothing", async () => {
    await record([testEvent({ at: now.getTime() - MINUTE, ip: "203.0.113.40", path: "/.env", status: 404 })]);
    await changePolicy(db, { "sensitive-files": "off" }, ada);
    expect((await run())?.flagged).toBe(0);
  });

  test("enforce blocks for an hour, then a day, then a week, and publishes", async () => {
    await enforce();
    const lengths: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      now = new Date();
      const at = Date.now() + 20;
      await record([testEvent({ at, ip: "203.0.113.41", path: "/.env", status: 404 })]);
      now = new Date(at + 50);
      await run();
      const row = await one("203.0.113.41");
      expect(row).toMatchObject({ status: "blocked", followUp: "blocked" });
      expect(row.rule).toMatchObject({ isInForce: true, origin: "detection:sensitive-files" });
      lengths.push(Math.round(((row.rule?.expiresAt?.getTime() ?? 0) - now.getTime()) / 3_600_000));
      await endRule(row.ruleId as number, ada, deps().enforcement);
      expect(await settleEndedBlocks(db)).toBe(1);
      expect(await one("203.0.113.41")).toMatchObject({ status: "resolved" });
    }
    expect(lengths).toEqual([1, 24, 168, 168]);
    expect(published).toBeGreaterThanOrEqual(4);
  });

  test("leaves a block alone that is there already", async () => {
    now = new Date();
    await enforce();
    const { rule } = await saveRule(
      { action: "block", target: "203.0.113.42", reason: "by hand", expiresAt: null },
      ada,
      deps().enforcement,
    );
    await record(probe("203.0.113.42"));
    await run();
    const row = await one("203.0.113.42");
    expect(row).toMatchObject({ status: "blocked", ruleId: rule.id });
    expect(row.rule).toMatchObject({ expiresAt: null, origin: "manual" });
  });

  test("observe says what enforcing would do, and why it would not", async () => {
    await saveRule(
      { action: "allow", target: "203.0.113.43", reason: "ours", expiresAt: null },
      ada,
      deps().enforcement,
    );
    await record([...probe("203.0.113.43"), ...probe("203.0.113.44")]);
    await run();
    expect(await one("203.0.113.43")).toMatchObject({ followUp: "guarded", status: "open" });
    expect((await one("203.0.113.43")).followUpNote).toContain("allow list");
    expect((await one("203.0.113.44")).followUpNote).toBe(
      "Enforced, sensitive-files would block it for 60 min.",
    );
  });
});

describe("after a drain", () => {
  test("only the visitors of the batch are examined, and one who was just found is not examined again", async () => {
    await record([...probe("203.0.113.50"), ...probe("203.0.113.51")]);
    const live = () => run({ trigger: "drain", actor: "drain-events", only: [hashOf("203.0.113.50")] });
    expect(await live()).toMatchObject({ examined: 1, flagged: 1, trigger: "drain" });
    expect((await rows()).map(({ target }) => target)).toEqual([hashOf("203.0.113.50")]);
    expect(await live()).toMatchObject({ examined: 0, flagged: 0 });
  });

  test("new rows name their visitors, repeated ones do not", async () => {
    const events = probe("203.0.113.52");
    const visitors = new Set<string>();
    await recordTraffic(db, events, { now, visitors });
    expect([...visitors]).toEqual([hashOf("203.0.113.52")]);
    visitors.clear();
    await recordTraffic(db, events, { now, visitors });
    expect(visitors.size).toBe(0);
  });
});

test("thresholds of the environment win over stored ones, which win over the defaults", async () => {
  await changeThresholds(db, { requests: 50 }, ada, {});
  expect((await readThresholds(db, {})).requests).toBe(50);
  expect((await readThresholds(db, { SUSPICIOUS_REQUEST_THRESHOLD: "70" })).requests).toBe(70);
  await expect(changeThresholds(db, { requests: -1 }, ada, {})).rejects.toMatchObject({ code: "bad-input" });
  await expect(
    changeThresholds(db, { requests: 9 }, ada, { SUSPICIOUS_REQUEST_THRESHOLD: "70" }),
  ).rejects.toMatchObject({ code: "conflict" });
  await changeThresholds(db, { requests: null }, ada, {});
  expect((await readThresholds(db, {})).requests).toBe(100);
});

test("runs are kept for 13 months, silent ones after a drain for a day", async () => {
  const old = async (trigger: "drain" | "schedule", months: number, days: number) => {
    now = new Date();
    now.setUTCMonth(now.getUTCMonth() - months);
    now.setUTCDate(now.getUTCDate() - days);
    await run({ trigger });
  };
  await old("schedule", 14, 0);
  await old("schedule", 12, 0);
  await old("drain", 0, 2);
  await old("drain", 0, 0);
  expect(await pruneRuns(db, new Date())).toBe(2);
  expect((await listRuns(db)).map(({ trigger }) => trigger).sort()).toEqual(["drain", "schedule"]);
});
