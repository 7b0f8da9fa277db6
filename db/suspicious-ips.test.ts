import { beforeEach, describe, expect, test } from "vitest";
import type { Flagged } from "@/db/detect/flagged";
import { storeFlagged } from "@/db/detect/store";
import { setStatus } from "@/db/suspicion-verbs";
import {
  listSuspicious,
  readLastVisits,
  readSuspicionPulse,
  type SuspiciousOrder,
  type SuspiciousQuery,
} from "@/db/suspicious-ips";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import type { Finding } from "@/lib/detection/rules";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date("2026-03-10T12:00:00Z");

const { db } = await openTestDatabase();

beforeEach(async () => {
  await db.$client`truncate suspicious_ips, audit_logs`;
});

const hashOf = (ip: string) => visitorHash(parseIp(ip) as Ip, TEST_HASH_KEY);

async function flag(ip: string, rules: Finding["rule"][], at = NOW, score = 60): Promise<number> {
  const flagged: Flagged = {
    target: hashOf(ip),
    kind: "hash",
    network: formatRange(networkOf(parseIp(ip) as Ip)),
    ip: null,
    crawler: "none",
    findings: rules.map((rule) => ({
      rule,
      score,
      sentence: "3 requests for secret files.",
      counts: { requests: 3 },
      threshold: 1,
    })),
    samples: [],
    window: { from: new Date(at.getTime() - 3_600_000), to: at },
  };
  const [stored] = await storeFlagged(db, [flagged], at);
  return stored?.row.id as number;
}

const setTo = (id: number, status: "blocked" | "ignored" | "resolved") =>
  setStatus(db, id, status, "a-test", "ada");
const list = (query: SuspiciousQuery) => listSuspicious(db, query, TEST_HASH_KEY);
const labels = async (query: SuspiciousQuery) => (await list(query)).rows.map(({ label }) => label);

/** The ids of all pages of two rows, in their order. */
async function paged(order: SuspiciousOrder): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 2, order, cursor });
    seen.push(...page.rows.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return seen;
}

describe("the list", () => {
  test("is filtered by status and by reason, also of those with several", async () => {
    const open = await flag("203.0.113.1", ["injection"]);
    const ignored = await flag("203.0.113.2", ["injection", "crawl"]);
    await setTo(ignored, "ignored");
    const ids = async (query: SuspiciousQuery) => (await list(query)).rows.map(({ id }) => id).sort();
    expect(await ids({})).toEqual([open]);
    expect(await ids({ status: "ignored" })).toEqual([ignored]);
    expect(await ids({ status: "all", reason: "injection" })).toEqual([open, ignored]);
    expect(await ids({ status: "all", reason: "crawl" })).toEqual([ignored]);
    expect(await ids({ status: "all", reason: "multiple" })).toEqual([ignored]);
    expect((await list({})).counts).toEqual({ open: 1, blocked: 0, ignored: 1, resolved: 0 });
    expect((await list({ status: "all" })).reasons).toEqual([
      { reason: "injection", count: 2 },
      { reason: "crawl", count: 1 },
    ]);
    expect((await list({})).reasons).toEqual([{ reason: "injection", count: 1 }]);
  });

  test("finds an address by its hash, a network, a handle and words, and keeps no address", async () => {
    await flag("203.0.113.3", ["injection"]);
    await flag("198.51.100.3", ["crawl"]);
    const [label] = await labels({ search: "203.0.113.3" });
    expect(label).toMatch(/^203\.0\.113\.0\/24 · [0-9a-f]{6}$/);
    expect(await labels({ search: label })).toEqual([label]);
    expect(await labels({ search: "203.0.113.0/24" })).toEqual([label]);
    expect(await labels({ search: "inject" })).toEqual([label]);
    expect(await labels({ search: "203.0.113.4" })).toEqual([]);
    expect(await labels({ search: "100%_" })).toEqual([]);
  });

  test("pages hold every row once, the last detected first", async () => {
    for (let n = 0; n < 7; n++)
      await flag(`203.0.113.${n}`, ["crawl"], new Date(NOW.getTime() + (n % 3) * 1000));
    const seen: { id: number; at: number }[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, cursor });
      seen.push(...page.rows.map(({ id, lastDetected }) => ({ id, at: lastDetected.getTime() })));
      cursor = page.nextCursor ?? undefined;
      expect(page.total).toBe(7);
    } while (cursor);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
    expect(seen.map(({ at }) => at)).toEqual([...seen.map(({ at }) => at)].sort((one, other) => other - one));
  });

  test("the worst that need a decision come first, what is blocked after them, over all pages", async () => {
    const weak = await flag("203.0.113.60", ["crawl"], NOW, 40);
    const blocked = await flag("203.0.113.61", ["crawl"], NOW, 95);
    const strong = await flag("203.0.113.62", ["crawl"], NOW, 80);
    const strongLater = await flag("203.0.113.63", ["crawl"], new Date(NOW.getTime() + 1000), 80);
    const strongToo = await flag("203.0.113.64", ["crawl"], NOW, 80);
    await setTo(blocked, "blocked");
    expect(await paged("worst")).toEqual([strongLater, strongToo, strong, weak, blocked]);
    expect((await paged("latest"))[0]).toBe(strongLater);
  });

  test.each(["x", "1-", "1-2-3", "99999999999999-99999999999", "999999999999999-1", "1-101-1-1-1"])(
    "a cursor that makes no sense begins anew: %s",
    async (cursor) => {
      const id = await flag("203.0.113.65", ["crawl"]);
      for (const order of ["worst", "latest"] as const)
        expect((await list({ order, cursor })).rows.map((row) => row.id)).toEqual([id]);
    },
  );
});

test("the pulse counts who needs a decision and tells when somebody was detected last", async () => {
  expect(await readSuspicionPulse(db)).toEqual({ open: 0, detectedAt: null });
  await flag("203.0.113.70", ["crawl"]);
  const later = new Date(NOW.getTime() + 5000);
  await setTo(await flag("203.0.113.71", ["crawl"], later), "blocked");
  expect(await readSuspicionPulse(db)).toEqual({ open: 1, detectedAt: later });
});

test("the last visit tells place and agent, of those who were here within 30 days", async () => {
  const at = Date.now() - 60_000;
  await recordTraffic(
    db,
    [
      testEvent({ at: at - 1000, ip: "203.0.113.80", path: "/", userAgent: "old/1" }),
      testEvent({ at, ip: "203.0.113.80", path: "/", userAgent: "curl/8.5.0" }),
    ],
    { now: new Date(at + 1000), privacy: "hashed" },
  );
  const hashes = [hashOf("203.0.113.80"), hashOf("203.0.113.81")];
  const visits = await readLastVisits(db, hashes, new Date());
  expect([...visits.keys()]).toEqual(hashes.slice(0, 1));
  expect(visits.get(hashes[0] as string)).toMatchObject({ at: new Date(at), agent: "curl/8.5.0" });
  expect(await readLastVisits(db, hashes, new Date(at + 31 * 86_400_000))).toEqual(new Map());
});
