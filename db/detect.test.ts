import { beforeEach, describe, expect, test } from "vitest";
import { windowUntil } from "@/db/detect";
import { listRuns, pruneRuns } from "@/db/detection-runs";
import { withLock } from "@/db/locks";
import { DetectionSite, hashOf, MINUTE } from "@/db/test/detection-site";
import { testEvent } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

describe("a detection", () => {
  test("flags who probes with true evidence, and nobody who reads", async () => {
    await site.record([
      ...site.probe("203.0.113.9"),
      ...Array.from({ length: 40 }, (_, n) =>
        testEvent({
          at: site.now.getTime() - 30 * MINUTE + n * 1000,
          ip: "203.0.113.20",
          path: `/page/${n % 8}`,
        }),
      ),
    ]);
    const result = await site.run();
    expect(result).toMatchObject({ examined: 2, flagged: 1, trigger: "manual", actor: "ada", error: null });
    const [row, ...others] = await site.rows();
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
    await site.record(site.probe("203.0.113.10"), "plain");
    await site.run();
    expect((await site.rows())[0]).toMatchObject({ ip: "203.0.113.10", label: "203.0.113.10" });
  });

  test("looks at its window only, and over more than an hour hour by hour", async () => {
    await site.record(site.probe("203.0.113.11", 90));
    expect((await site.run())?.flagged).toBe(0);
    expect((await site.run({ window: windowUntil(site.now, 3 * 3_600_000) }))?.flagged).toBe(1);
    await expect(site.run({ window: windowUntil(site.now, 8 * 86_400_000) })).rejects.toMatchObject({
      code: "bad-input",
    });
  });

  test("sees a patient search that no hour shows", async () => {
    const events = Array.from({ length: 8 }, (_, n) =>
      testEvent({
        at: site.now.getTime() - (n * 150 + 5) * MINUTE,
        ip: "203.0.113.12",
        path: `/old-${n}`,
        status: 404,
      }),
    );
    await site.record(events);
    await site.run();
    expect(await site.row("203.0.113.12")).toMatchObject({ reason: "low-and-slow" });
  });

  test("counts failed logins of a network together", async () => {
    const events = Array.from({ length: 24 }, (_, n) =>
      testEvent({
        at: site.now.getTime() - (n + 1) * MINUTE,
        ip: `203.0.113.${100 + (n % 8)}`,
        path: "/login",
        method: "POST",
        status: 401,
      }),
    );
    await site.record(events);
    await site.run();
    const range = (await site.rows()).find(({ targetKind }) => targetKind === "range");
    expect(range).toMatchObject({ target: "203.0.113.0/24", label: "203.0.113.0/24" });
    expect(range?.reasons).toContain("credential-stuffing");
  });

  test("proposes a network from which several were flagged, and says whom a block would have hit", async () => {
    await site.record([
      ...["192.0.2.1", "192.0.2.2", "192.0.2.3"].flatMap((ip) => site.probe(ip)),
      testEvent({ at: site.now.getTime() - MINUTE, ip: "192.0.2.50" }),
    ]);
    await site.run();
    const range = (await site.rows()).find(({ target }) => target === "192.0.2.0/24");
    expect(range?.details.range).toEqual({ flagged: 3, cleanVisitors: 1 });
    expect(range?.reason).toBe("distributed");
  });

  test("that fails leaves its row with the reason", async () => {
    const broken = site.deps({ source: { SUSPICIOUS_REQUEST_THRESHOLD: "many" } });
    await expect(site.run({}, broken)).rejects.toThrow("SUSPICIOUS_REQUEST_THRESHOLD");
    expect((await listRuns(site.db))[0]?.error).toContain("SUSPICIOUS_REQUEST_THRESHOLD");
  });

  test("never runs twice at once", async () => {
    expect(await withLock(site.db, "detection:all", () => site.run())).toBeNull();
    expect(await listRuns(site.db)).toEqual([]);
  });
});

test("runs are kept for 13 months, silent ones after a drain for a day", async () => {
  const old = async (trigger: "drain" | "schedule", months: number, days: number) => {
    site.now = new Date();
    site.now.setUTCMonth(site.now.getUTCMonth() - months);
    site.now.setUTCDate(site.now.getUTCDate() - days);
    await site.run({ trigger });
  };
  await old("schedule", 14, 0);
  await old("schedule", 12, 0);
  await old("drain", 0, 2);
  await old("drain", 0, 0);
  expect(await pruneRuns(site.db, new Date())).toBe(2);
  expect((await listRuns(site.db)).map(({ trigger }) => trigger).sort()).toEqual(["drain", "schedule"]);
});
