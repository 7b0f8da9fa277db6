import { beforeEach, describe, expect, test } from "vitest";
import type { Flagged } from "@/db/detect/flagged";
import { storeFlagged } from "@/db/detect/store";
import { type Actor, type EnforcementDeps, endRule, saveRule } from "@/db/enforcement";
import {
  blockSuspicious,
  ignoreSuspicious,
  reopenSuspicious,
  resolveSuspicious,
  setStatus,
  settleEndedBlocks,
  TARGETS_MAX,
  unblockSuspicious,
  undoSuspicious,
} from "@/db/suspicion-verbs";
import { findSuspicious } from "@/db/suspicious-ips";
import { TEST_HASH_KEY } from "@/db/test/traffic";
import type { Finding } from "@/lib/detection/rules";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const ada: Actor = { name: "ada", origin: "manual", ownIp: null };
const NOW = new Date("2026-03-10T12:00:00Z");

const { db } = await openTestDatabase();
let published = 0;
let isStoreUp = true;

beforeEach(async () => {
  await db.$client`truncate suspicious_ips, ip_rules, audit_logs`;
  published = 0;
  isStoreUp = true;
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

async function flag(ip: string, rules: Finding["rule"][], stored: string | null = null): Promise<number> {
  const parsed = parseIp(ip) as Ip;
  const flagged: Flagged = {
    target: visitorHash(parsed, TEST_HASH_KEY),
    kind: "hash",
    network: formatRange(networkOf(parsed)),
    ip: stored,
    crawler: "none",
    findings: rules.map((rule) => finding(rule)),
    samples: [],
    window: { from: new Date(NOW.getTime() - 3_600_000), to: NOW },
  };
  const [one] = await storeFlagged(db, [flagged], NOW);
  return one?.row.id as number;
}

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
      undo: ids.map((id) => ({ id, status: "open" })),
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
      {
        id: allowed,
        label: expect.any(String),
        message: expect.stringContaining("allow list"),
        mayForce: true,
      },
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

  test("are unblocked, published once, and their cases closed", async () => {
    const ids = [await flag("203.0.113.40", ["crawl"]), await flag("203.0.113.41", ["crawl"])];
    await blockSuspicious(ids, { expiresAt: null }, ada, deps());
    published = 0;
    const open = await flag("203.0.113.42", ["crawl"]);
    const change = await unblockSuspicious([...ids, open], ada, deps());
    expect(change).toMatchObject({ changed: ids, refused: [], published: true });
    expect(published).toBe(1);
    const row = await findSuspicious(db, ids[0] as number);
    expect(row).toMatchObject({ status: "resolved", rule: { isInForce: false } });
  });

  test("a block on more than the target is not ended with it, and named", async () => {
    const id = await flag("203.0.113.43", ["crawl"]);
    const range = { action: "block" as const, target: "203.0.113.0/25", reason: "", expiresAt: null };
    const { rule } = await saveRule(range, ada, deps());
    await setStatus(db, id, "blocked", "block-suspicious", "detection", rule.id);
    const change = await unblockSuspicious([id], ada, deps());
    expect(change.changed).toEqual([]);
    expect(change.refused[0]?.message).toContain("203.0.113.0/25");
    expect((await findSuspicious(db, id))?.rule?.isInForce).toBe(true);
  });

  test("a whole network is blocked where that is asked for, and unblocked with the same case", async () => {
    const id = await flag("203.0.113.44", ["crawl"]);
    await blockSuspicious([id], { expiresAt: null, scope: "network" }, ada, deps());
    expect((await findSuspicious(db, id))?.rule).toMatchObject({ target: "203.0.113.0/24", isInForce: true });
    expect((await unblockSuspicious([id], ada, deps())).changed).toEqual([id]);
    expect((await findSuspicious(db, id))?.rule?.isInForce).toBe(false);
  });

  test("a visitor of IPv6 is blocked by his whole /64, also where his address is stored", async () => {
    const id = await flag("2001:db8:1:2::7", ["crawl"], "2001:db8:1:2::7");
    await blockSuspicious([id], { expiresAt: null }, ada, { ...deps(), privacy: "plain" });
    expect((await findSuspicious(db, id))?.rule?.target).toBe("2001:db8:1:2::/64");
    expect((await unblockSuspicious([id], ada, deps())).changed).toEqual([id]);
  });

  test("too many or unknown ones are an error", async () => {
    const many = Array.from({ length: TARGETS_MAX + 1 }, (_, id) => id);
    await expect(ignoreSuspicious(many, ada, deps())).rejects.toMatchObject({ code: "bad-input" });
    await expect(ignoreSuspicious([999_999], ada, deps())).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("undoing", () => {
  test("a block ends it and gives each case its status back", async () => {
    const ids = [await flag("203.0.113.50", ["crawl"]), await flag("203.0.113.51", ["crawl"])];
    await resolveSuspicious([ids[1] as number], ada, deps());
    const { undo } = await blockSuspicious(ids, { expiresAt: null }, ada, deps());
    const undone = await undoSuspicious(undo, { endBlocks: true }, ada, deps());
    expect(undone).toMatchObject({ changed: ids, refused: [], published: true });
    const rows = await Promise.all(ids.map((id) => findSuspicious(db, id)));
    expect(rows.map((row) => row?.status)).toEqual(["open", "resolved"]);
    expect(rows.map((row) => row?.rule?.isInForce)).toEqual([false, false]);
  });

  test("what was ignored needs no decision again, and no rule is touched", async () => {
    const id = await flag("203.0.113.52", ["crawl"]);
    const { undo } = await ignoreSuspicious([id], ada, deps());
    published = 0;
    await undoSuspicious(undo, { endBlocks: false }, ada, deps());
    expect((await findSuspicious(db, id))?.status).toBe("open");
    expect(published).toBe(0);
  });

  test("a block that only changed an earlier rule cannot be undone with it", async () => {
    const id = await flag("203.0.113.53", ["crawl"]);
    await blockSuspicious([id], { expiresAt: new Date(Date.now() + 3_600_000) }, ada, deps());
    expect((await blockSuspicious([id], { expiresAt: null }, ada, deps())).undo).toEqual([]);
  });
});

test("who is blocked elsewhere needs no decision any more, and is closed when that block ends", async () => {
  const [id, other] = [await flag("203.0.113.60", ["crawl"]), await flag("203.0.113.61", ["crawl"])];
  const block = { action: "block" as const, target: "203.0.113.60", reason: "", expiresAt: null };
  const { rule } = await saveRule(block, ada, deps());
  expect(await settleEndedBlocks(db)).toBe(0);
  expect(await findSuspicious(db, id)).toMatchObject({ status: "blocked", statusBy: "ada", ruleId: rule.id });
  expect((await findSuspicious(db, other))?.status).toBe("open");
  await endRule(rule.id, ada, deps());
  expect(await settleEndedBlocks(db)).toBe(1);
  expect((await findSuspicious(db, id))?.status).toBe("resolved");
});
