import { beforeEach, expect, test } from "vitest";
import { detect, windowUntil } from "@/db/detect";
import { changePolicy } from "@/db/detection-policy";
import { listSuspicious } from "@/db/suspicious-ips";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import { type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date();
const SUBNET = "2001:db8:1:2";

const { db } = await openTestDatabase();

beforeEach(() => db.$client`truncate request_rows, suspicious_ips, ip_rules, settings`);

/** A search that takes another address of its /64 with every request, and a neighbour of the same /48 who only reads. */
async function search(privacy: "hashed" | "plain") {
  const at = NOW.getTime() - 60_000;
  const events = Array.from({ length: 15 }, (_, n) =>
    testEvent({ at: at + n, ip: `${SUBNET}::${(n + 1).toString(16)}`, path: `/missing-${n}`, status: 404 }),
  );
  await recordTraffic(db, [...events, testEvent({ at, ip: "2001:db8:1:3::1" })], { now: NOW, privacy });
  const enforcement = { db, publish: async () => {}, privacy, hashKey: TEST_HASH_KEY, warn: () => {} };
  const deps = { enforcement, env: { TRUSTED_PROXIES: undefined }, now: () => NOW, source: {} };
  return detect(deps, { trigger: "manual", actor: "ada", window: windowUntil(NOW) });
}

const rows = async () => (await listSuspicious(db, { status: "all" }, TEST_HASH_KEY)).rows;

test("whoever changes addresses within a /64 is one visitor, and found as one", async () => {
  expect(await search("hashed")).toMatchObject({ examined: 2, flagged: 1 });
  const [row] = await rows();
  const target = visitorHash(parseIp(`${SUBNET}::1`) as Ip, TEST_HASH_KEY);
  expect(row).toMatchObject({ target, reason: "path-probing", network: "2001:db8:1::/48", ip: null });
  expect(row?.details.samples).toHaveLength(10);
  const query = { status: "all", search: `${SUBNET}:ffff::9` } as const;
  expect((await listSuspicious(db, query, TEST_HASH_KEY)).total).toBe(1);
});

test.each([
  ["hashed", "hash", visitorHash(parseIp(`${SUBNET}::1`) as Ip, TEST_HASH_KEY)],
  ["plain", "range", `${SUBNET}::/64`],
] as const)("a block by detection holds for the whole /64 (%s addresses)", async (privacy, kind, target) => {
  await changePolicy(db, { "path-probing": "enforce" }, { name: "ada" });
  await search(privacy);
  const rules = await db.$client`select target, target_kind::text as kind from ip_rules`;
  expect(rules).toEqual([{ target, kind }]);
  if (privacy === "plain") expect((await rows())[0]?.label).toBe(target);
});
