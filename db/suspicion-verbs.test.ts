import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "@/db/client";
import type { Flagged } from "@/db/detect/flagged";
import { storeFlagged } from "@/db/detect/store";
import { type Actor, type EnforcementDeps, saveRule } from "@/db/enforcement";
import { migrate } from "@/db/migrate";
import {
  blockSuspicious,
  ignoreSuspicious,
  reopenSuspicious,
  resolveSuspicious,
  TARGETS_MAX,
} from "@/db/suspicion-verbs";
import { findSuspicious, listSuspicious, type SuspiciousQuery } from "@/db/suspicious-ips";
import { TEST_HASH_KEY } from "@/db/test/traffic";
import type { Finding } from "@/lib/detection/rules";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { testDatabase } from "@/services/test/postgres";

const ada: Actor = { name: "ada", origin: "manual", ownIp: null };
const NOW = new Date("2026-03-10T12:00:00Z");

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
let published = 0;
let isStoreUp = true;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
beforeEach(async () => {
  await db.$client`truncate suspicious_ips, ip_rules, audit_logs`;
  published = 0;
  isStoreUp = true;
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

const deps = (): EnforcementDeps => ({
  db,
  publish: async () => {
    if (!isStoreUp) throw new Error("connection refused");
    published++;
  },
  privacy: "hashed",
  hashKey: TEST_HASH_KEY,
  warn: () => {},
});

const finding = (rule: Finding["rule"], score = 60): Finding => ({
  rule,
  score,
  sentence: "3 requests for secret files.",
  counts: { requests: 3 },
  threshold: 1,
});

async function flag(ip: string, rules: Finding["rule"][], at = NOW): Promise<number> {
  const parsed = parseIp(ip) as Ip;
  const flagged: Flagged = {
    target: hashIp(parsed, TEST_HASH_KEY),
    kind: "hash",
    network: formatRange(networkOf(parsed)),
    ip: null,
    crawler: "none",
    findings: rules.map((rule) => finding(rule)),
    samples: [],
    window: { from: new Date(at.getTime() - 3_600_000), to: at },
  };
  const [stored] = await storeFlagged(db, [flagged], at);
  return stored?.row.id as number;
}

const list = (query: SuspiciousQuery) => listSuspicious(db, query, TEST_HASH_KEY);
const labels = async (query: SuspiciousQuery) => (await list(query)).rows.map(({ label }) => label);

describe("the list", () => {
  test("is filtered by status and by reason, also of those with several", async () => {
    const open = await flag("203.0.113.1", ["injection"]);
    const ignored = await flag("203.0.113.2", ["injection", "crawl"]);
    await ignoreSuspicious([ignored], ada, deps());
    const ids = async (query: SuspiciousQuery) => (await list(query)).rows.map(({ id }) => id).sort();
    expect(await ids({})).toEqual([open]);
    expect(await ids({ status: "ignored" })).toEqual([ignored]);
    expect(await ids({ status: "all", reason: "injection" })).toEqual([open, ignored]);
    expect(await ids({ status: "all", reason: "crawl" })).toEqual([ignored]);
    expect(await ids({ status: "all", reason: "multiple" })).toEqual([ignored]);
    expect((await list({})).counts).toEqual({ open: 1, blocked: 0, ignored: 1, resolved: 0 });
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
});

describe("many at once", () => {
  test("are blocked with an end, published once, and each leaves its trace", async () => {
    const ids = [
      await flag("203.0.113.10", ["injection"]),
      await flag("203.0.113.11", ["crawl", "injection"]),
    ];
    const expiresAt = new Date(Date.now() + 3_600_000);
    expect(await blockSuspicious(ids, { expiresAt }, ada, deps())).toEqual({
      changed: ids,
      refused: [],
      published: true,
    });
    expect(published).toBe(1);
    const row = await findSuspicious(db, ids[1] as number);
    expect(row).toMatchObject({ status: "blocked", isActive: true, statusBy: "ada" });
    expect(row?.rule).toMatchObject({ isInForce: true, origin: "manual", expiresAt });
    const trail = await db.$client<{ row: string }[]>`
      select audit_logs::text as row from audit_logs where action = 'block-suspicious'`;
    expect(trail).toHaveLength(2);
    for (const one of trail) expect(one.row).not.toContain("203.0.113.1");
  });

  test("one that is protected is refused with the reason, the others are blocked", async () => {
    const [allowed, other] = [await flag("203.0.113.20", ["crawl"]), await flag("203.0.113.21", ["crawl"])];
    await saveRule({ action: "allow", target: "203.0.113.20", reason: "", expiresAt: null }, ada, deps());
    const change = await blockSuspicious([allowed, other], { expiresAt: null }, ada, deps());
    expect(change.changed).toEqual([other]);
    expect(change.refused).toEqual([
      { id: allowed, label: expect.any(String), message: expect.stringContaining("allow list") },
    ]);
    expect((await findSuspicious(db, allowed))?.status).toBe("open");
  });

  test("are blocked though the edge store is gone, and the answer says so", async () => {
    isStoreUp = false;
    const id = await flag("203.0.113.22", ["crawl"]);
    const change = await blockSuspicious([id], { expiresAt: null }, ada, deps());
    expect(change).toMatchObject({ changed: [id], published: false });
  });

  test("are ignored, resolved and opened again; what is so already changes nothing", async () => {
    const ids = [await flag("203.0.113.30", ["crawl"]), await flag("203.0.113.31", ["crawl"])];
    expect((await ignoreSuspicious(ids, ada, deps())).changed).toEqual(ids);
    expect((await ignoreSuspicious(ids, ada, deps())).changed).toEqual([]);
    expect((await resolveSuspicious(ids, ada, deps())).changed).toEqual(ids);
    expect((await findSuspicious(db, ids[0] as number))?.isActive).toBe(false);
    expect((await reopenSuspicious(ids, ada, deps())).changed).toEqual(ids);
    const [count] = await db.$client`select count(*)::int as count from audit_logs`;
    expect(count?.count).toBe(6);
  });

  test("too many or unknown ones are an error", async () => {
    const many = Array.from({ length: TARGETS_MAX + 1 }, (_, id) => id);
    await expect(ignoreSuspicious(many, ada, deps())).rejects.toMatchObject({ code: "bad-input" });
    await expect(ignoreSuspicious([999_999], ada, deps())).rejects.toMatchObject({ code: "not-found" });
  });
});
