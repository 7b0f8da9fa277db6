import { beforeAll, describe, expect, test } from "vitest";
import { writeAudit } from "@/db/audit-logs";
import { type Candidate, judge, loadGuard } from "@/db/collateral";
import { type Actor, type EnforcementDeps, saveRule } from "@/db/enforcement";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import { formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date();
const DAY = 86_400_000;
const ada: Actor = { name: "ada", origin: "manual", ownIp: null };

const { db } = await openTestDatabase();
const deps: EnforcementDeps = {
  db,
  publish: async () => {},
  privacy: "hashed",
  hashKey: TEST_HASH_KEY,
  warn: () => {},
};

beforeAll(async () => {
  await db.$client`
    insert into users (username, password_hash, role) values ('ada', 'x', 'admin'), ('vic', 'x', 'viewer')`;
});

function visitor(text: string, change: Partial<Candidate> = {}): Candidate {
  const ip = parseIp(text) as Ip;
  const network = formatRange(networkOf(ip));
  return {
    target: visitorHash(ip, TEST_HASH_KEY),
    kind: "hash",
    network,
    ip: null,
    crawler: "none",
    ...change,
  };
}

const range = (text: string): Candidate => ({
  target: text,
  kind: "range",
  network: text,
  ip: null,
  crawler: "none",
});

async function judgementOf(candidate: Candidate, proxies?: string) {
  const guard = await loadGuard(db, { TRUSTED_PROXIES: proxies }, TEST_HASH_KEY, NOW);
  const [judgement] = await judge(db, [candidate], guard);
  return judgement;
}
const refusal = async (candidate: Candidate, proxies?: string) =>
  (await judgementOf(candidate, proxies))?.refusal ?? null;

async function userId(name: string): Promise<number> {
  const [row] = await db.$client<{ id: number }[]>`select id from users where username = ${name}`;
  return row?.id as number;
}

describe("detection does not block by itself", () => {
  test.each([
    ["127.0.0.1", "this machine"],
    ["10.1.2.3", "private network"],
    ["192.168.7.7", "private network"],
    ["::1", "this machine"],
    ["0:0:0:1::2", "could not be read"],
    ["fd00::1", "private network"],
    ["100.64.0.9", "many customers"],
    ["0.0.0.0", "could not be read"],
  ])("%s", async (ip, why) => {
    expect(await refusal(visitor(ip))).toContain(why);
  });

  test.each(["104.16.5.5", "2606:4700::1", "151.101.1.1"])("a network of a CDN, as %s", async (ip) => {
    expect(await refusal(visitor(ip))).toContain("carries the visitors of many sites");
  });

  test("a trusted proxy, of which a hash is enough, and nobody else in its network", async () => {
    expect(await refusal(visitor("203.0.113.5"), "203.0.113.5")).toContain("trusted proxy");
    expect(await refusal(visitor("203.0.113.6"), "203.0.113.5")).toBeNull();
    expect(await refusal(visitor("203.0.113.6"), "203.0.113.0/28")).toContain("trusted proxy");
    expect(await refusal(range("203.0.113.0/24"), "203.0.113.5")).toContain("trusted proxy");
  });

  test("a verified crawler", async () => {
    expect(await refusal(visitor("198.51.100.1", { crawler: "verified" }))).toContain("crawler");
    expect(await refusal(visitor("198.51.100.1", { crawler: "impostor" }))).toBeNull();
  });

  test("an allowed address, one in an allowed range, and a range around it", async () => {
    const allow = (target: string) =>
      saveRule({ action: "allow", target, reason: "ours", expiresAt: null }, ada, deps);
    await allow("198.51.100.20");
    await allow("198.51.101.0/26");
    expect(await refusal(visitor("198.51.100.20"))).toContain("allow list");
    expect(await refusal(visitor("198.51.100.21"))).toBeNull();
    expect(await refusal(visitor("198.51.101.9"))).toContain("allow list");
    expect(await refusal(visitor("198.51.101.9", { ip: "198.51.101.9" }))).toContain("allow list");
    expect(await refusal(visitor("198.51.101.99", { ip: "198.51.101.99" }))).toBeNull();
    expect(await refusal(range("198.51.100.0/24"))).toContain("allow list");
  });

  test("an administrator's address of today, and one of a good login of the last seven days", async () => {
    const signedIn = async (ip: string, name: string, daysAgo: number) =>
      recordTraffic(db, [testEvent({ at: NOW.getTime() - daysAgo * DAY, ip, userId: await userId(name) })], {
        now: NOW,
      });
    await signedIn("192.0.2.1", "ada", 0.5);
    await signedIn("192.0.2.2", "vic", 6);
    await signedIn("192.0.2.3", "ada", 8);
    expect(await refusal(visitor("192.0.2.1"))).toContain("administrator");
    expect(await refusal(visitor("192.0.2.2"))).toContain("signed in");
    expect(await refusal(visitor("192.0.2.3"))).toBeNull();
    expect(await refusal(range("192.0.2.0/24"))).toContain("administrator");
  });

  test("whoever signed in successfully, before a session was used", async () => {
    const login = testEvent({ at: NOW.getTime() - DAY, ip: "203.0.113.80", path: "/ip-tracking/login" });
    await recordTraffic(db, [login], { now: NOW });
    expect(await refusal(visitor("203.0.113.80"))).toBeNull();
    await writeAudit(db, {
      actor: "vic",
      action: "sign-in",
      subject: "user:vic",
      after: { requestId: login.id, network: "203.0.113.0/24" },
    });
    await writeAudit(db, {
      actor: "vic",
      action: "sign-in",
      subject: "user:vic",
      after: { requestId: "none" },
    });
    expect(await refusal(visitor("203.0.113.80"))).toContain("signed in");
    expect(await refusal(visitor("203.0.113.81"))).toBeNull();
  });
});

test("a block in force is named, of the address and of a range that holds it", async () => {
  const block = async (target: string) =>
    (await saveRule({ action: "block", target, reason: "by hand", expiresAt: null }, ada, deps)).rule.id;
  const own = await block("198.51.102.7");
  const wide = await block("198.51.103.0/24");
  await block("198.51.104.0/28");
  expect((await judgementOf(visitor("198.51.102.7")))?.blockedBy).toBe(own);
  expect((await judgementOf(visitor("198.51.103.7")))?.blockedBy).toBe(wide);
  expect((await judgementOf(visitor("198.51.104.7")))?.blockedBy).toBeNull();
  expect((await judgementOf(visitor("198.51.102.8")))?.blockedBy).toBeNull();
});
