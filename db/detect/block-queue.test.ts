import { beforeEach, expect, test } from "vitest";
import { BlockQueue } from "@/db/detect/block-queue";
import { changePolicy } from "@/db/detection-policy";
import { endRule, saveRule } from "@/db/enforcement";
import { countDetectionBlocks } from "@/db/ip-rules";
import { ignoreSuspicious } from "@/db/suspicion-verbs";
import { ada, DetectionSite, hashOf } from "@/db/test/detection-site";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);

beforeEach(async () => {
  await site.reset();
  await site.db.$client`truncate request_rows, audit_logs`;
  site.now = new Date();
  await changePolicy(site.db, { "sensitive-files": "enforce" }, ada);
});

const detection = (blocksMax: number, ips?: readonly string[]) =>
  site.run(ips ? { only: ips.map(hashOf) } : {}, site.deps({ blocksMax }));
const inNetwork = (network: string, hosts: number) =>
  Array.from({ length: hosts }, (_, at) => `${network}.${at + 1}`);
const byStatus = async (status: string) => (await site.rows()).filter((row) => row.status === status);

test("where there is room for some only, those of the highest score are blocked and the others stay open", async () => {
  const mild = inNetwork("192.0.2", 1);
  const bad = ["198.51.100.1", "203.0.113.1"];
  await site.record([
    ...mild.flatMap((ip) => site.probe(ip).slice(0, 1)),
    ...bad.flatMap((ip) => [
      ...site.probe(ip),
      site.event(4, { ip, path: "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", status: 404 }),
      site.event(4, { ip, path: "/../../../etc/passwd", status: 400, userAgent: "sqlmap/1.8" }),
    ]),
  ]);
  const run = await detection(2);
  expect(run).toMatchObject({ flagged: 3, details: { blocked: 2, noRoom: 1, failed: 0, guarded: 0 } });
  const [blocked, open] = [await byStatus("blocked"), await byStatus("open")];
  expect(blocked.map(({ target }) => target).sort()).toEqual(bad.map(hashOf).sort());
  expect(open.map(({ target }) => target)).toEqual(mild.map(hashOf));
  expect(Math.min(...blocked.map(({ score }) => score))).toBeGreaterThan(open[0]?.score ?? 100);
  expect(open[0]).toMatchObject({
    ruleId: null,
    followUp: "failed",
    followUpNote: expect.stringContaining("no room"),
  });
  expect(site.published).toBe(1);
});

test("a flood that comes in many batches does not get beyond the bound, and the run says how many were left", async () => {
  const ips = Array.from({ length: 450 }, (_, at) => `2001:db8:${(at + 1).toString(16)}::1`);
  await site.record(ips.flatMap((ip) => site.probe(ip).slice(0, 1)));
  expect(await detection(7)).toMatchObject({ flagged: 450, details: { blocked: 7, noRoom: 443 } });
  expect(await countDetectionBlocks(site.db)).toBe(7);
  expect(await detection(7)).toMatchObject({ details: { blocked: 0, noRoom: 443 } });
  const [open] = await site.db
    .$client`select count(*)::int as rows from suspicious_ips where status = 'open'`;
  expect(open).toEqual({ rows: 443 });
});

test("two detections at once do not get beyond it together", async () => {
  const ips = [...inNetwork("192.0.2", 6), ...inNetwork("203.0.113", 6)];
  await site.record(ips.flatMap((ip) => site.probe(ip)));
  const runs = await Promise.all([detection(5), detection(5, ips.slice(0, 6))]);
  expect(runs.every((run) => run !== null)).toBe(true);
  expect(await countDetectionBlocks(site.db)).toBe(5);
});

test("while there is plenty of room blocks are made at once, and what is over it waits for the end of the run", async () => {
  await site.record(["192.0.2.1", "198.51.100.1", "203.0.113.1"].flatMap((ip) => site.probe(ip)));
  await changePolicy(site.db, { "sensitive-files": "observe" }, ada);
  await site.run();
  const [finding] = (await site.rows())[0]?.details.findings ?? [];
  const wishes = (await site.rows()).map((row) => ({
    row,
    finding: {
      ...finding,
      rule: "sensitive-files",
      score: 60,
      sentence: "",
      counts: {},
      threshold: 1,
    } as const,
  }));
  const queue = new BlockQueue({ ...site.deps(), max: 1001 });
  expect(await queue.take(wishes)).toMatchObject([{ outcome: "blocked" }]);
  expect(await countDetectionBlocks(site.db)).toBe(1);
  expect(await queue.finish()).toMatchObject([{ outcome: "blocked" }, { outcome: "blocked" }]);
  expect(await queue.finish()).toEqual([]);
});

test("whom an administrator ignores while he waits is not blocked", async () => {
  await site.record(site.probe("192.0.2.1"));
  await changePolicy(site.db, { "sensitive-files": "observe" }, ada);
  await site.run();
  const row = await site.row("192.0.2.1");
  const finding = { rule: "sensitive-files", score: 60, sentence: "", counts: {}, threshold: 1 } as const;
  const queue = new BlockQueue({ ...site.deps(), max: 10 });
  expect(await queue.take([{ row, finding }])).toEqual([]);
  await ignoreSuspicious([row.id], ada, site.deps().enforcement);
  expect(await queue.finish()).toEqual([]);
  expect(await countDetectionBlocks(site.db)).toBe(0);
});

test("room that a lifted block leaves is given to who is still at it, and a person's blocks take none", async () => {
  const { enforcement } = site.deps();
  for (const target of ["198.51.100.0/25", "198.51.100.128/25"])
    await saveRule({ action: "block", target, reason: "by hand", expiresAt: null }, ada, enforcement);
  await site.record(inNetwork("192.0.2", 2).flatMap((ip) => site.probe(ip)));
  expect(await detection(1)).toMatchObject({ details: { blocked: 1, noRoom: 1 } });
  const [blocked] = await byStatus("blocked");
  const [open] = await byStatus("open");
  await endRule(blocked?.ruleId as number, ada, enforcement);
  await ignoreSuspicious([blocked?.id as number], ada, enforcement);
  expect(await detection(1)).toMatchObject({ details: { blocked: 1, noRoom: 0 } });
  expect(await byStatus("blocked")).toMatchObject([{ id: open?.id, followUp: "blocked", followUpNote: "" }]);
});

test("whoever comes out of a network that is blocked already costs no block and no row of the audit log", async () => {
  const { enforcement } = site.deps();
  const target = "2001:db8::/32";
  const { rule } = await saveRule(
    { action: "block", target, reason: "by hand", expiresAt: null },
    ada,
    enforcement,
  );
  const ips = Array.from({ length: 20 }, (_, at) => `2001:db8:${(at + 1).toString(16)}::1`);
  await site.record(ips.flatMap((ip) => site.probe(ip)));
  const [before] = await site.db.$client`select count(*)::int as rows from audit_logs`;
  expect(await detection(3)).toMatchObject({ flagged: 20, details: { blocked: 0, noRoom: 0 } });
  const [after] = await site.db.$client`select count(*)::int as rows from audit_logs`;
  expect(after).toEqual(before);
  const rows = await byStatus("blocked");
  expect(rows).toHaveLength(20);
  for (const row of rows)
    expect(row).toMatchObject({ ruleId: rule.id, statusBy: "detection", followUp: "blocked" });
});
