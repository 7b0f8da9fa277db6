import { beforeEach, describe, expect, test } from "vitest";
import { windowUntil } from "@/db/detect";
import { changePolicy } from "@/db/detection-policy";
import { endRule, saveRule } from "@/db/enforcement";
import { settleEndedBlocks } from "@/db/suspicion-verbs";
import { ada, DetectionSite, MINUTE } from "@/db/test/detection-site";
import { testEvent } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

describe("the policy", () => {
  const enforce = () => changePolicy(site.db, { "sensitive-files": "enforce" }, ada);

  test("a run counts a target once, in however many hours of its window it was found", async () => {
    const hours = [0, 1, 2].map((hour) =>
      testEvent({
        at: site.now.getTime() - MINUTE - hour * 60 * MINUTE,
        ip: "203.0.113.39",
        path: "/.env",
        status: 404,
      }),
    );
    await site.record(hours);
    const run = await site.run({ window: windowUntil(site.now, 3 * 60 * MINUTE) });
    expect(run).toMatchObject({ flagged: 1 });
    expect(run?.details).toMatchObject({ rules: { "sensitive-files": 1 }, created: 1, wouldBlock: 1 });
  });

  test("off finds nothing", async () => {
    await site.record([
      testEvent({ at: site.now.getTime() - MINUTE, ip: "203.0.113.40", path: "/.env", status: 404 }),
    ]);
    await changePolicy(site.db, { "sensitive-files": "off" }, ada);
    expect((await site.run())?.flagged).toBe(0);
  });

  test("enforce blocks for an hour, then a day, then a week, and publishes", async () => {
    await enforce();
    const lengths: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      site.now = new Date();
      const at = Date.now() + 20;
      await site.record([testEvent({ at, ip: "203.0.113.41", path: "/.env", status: 404 })]);
      site.now = new Date(at + 50);
      await site.run();
      const row = await site.row("203.0.113.41");
      expect(row).toMatchObject({ status: "blocked", followUp: "blocked" });
      expect(row.rule).toMatchObject({ isInForce: true, origin: "detection:sensitive-files" });
      lengths.push(Math.round(((row.rule?.expiresAt?.getTime() ?? 0) - site.now.getTime()) / 3_600_000));
      await endRule(row.ruleId as number, ada, site.deps().enforcement);
      expect(await settleEndedBlocks(site.db)).toBe(1);
      expect(await site.row("203.0.113.41")).toMatchObject({ status: "resolved" });
    }
    expect(lengths).toEqual([1, 24, 168, 168]);
    expect(site.published).toBeGreaterThanOrEqual(4);
  });

  test("leaves a block alone that is there already", async () => {
    site.now = new Date();
    await enforce();
    const { rule } = await saveRule(
      { action: "block", target: "203.0.113.42", reason: "by hand", expiresAt: null },
      ada,
      site.deps().enforcement,
    );
    await site.record(site.probe("203.0.113.42"));
    await site.run();
    const row = await site.row("203.0.113.42");
    expect(row).toMatchObject({ status: "blocked", ruleId: rule.id });
    expect(row.rule).toMatchObject({ expiresAt: null, origin: "manual" });
  });

  test("observe says what enforcing would do, and why it would not", async () => {
    await saveRule(
      { action: "allow", target: "203.0.113.43", reason: "ours", expiresAt: null },
      ada,
      site.deps().enforcement,
    );
    await site.record([...site.probe("203.0.113.43"), ...site.probe("203.0.113.44")]);
    await site.run();
    expect(await site.row("203.0.113.43")).toMatchObject({ followUp: "guarded", status: "open" });
    expect((await site.row("203.0.113.43")).followUpNote).toContain("allow list");
    expect((await site.row("203.0.113.44")).followUpNote).toBe(
      "Enforced, sensitive-files would block it for 1 h.",
    );
  });
});
