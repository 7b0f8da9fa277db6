import { beforeEach, describe, expect, test } from "vitest";
import { changePolicy } from "@/db/detection-policy";
import { ignoreSuspicious, resolveSuspicious } from "@/db/suspicion-verbs";
import { ada, DetectionSite, MINUTE } from "@/db/test/detection-site";
import { testEvent } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

describe("seen again", () => {
  test("an open case keeps its first time, and its evidence grows", async () => {
    await site.record(site.probe("203.0.113.30"));
    await site.run();
    const first = await site.row("203.0.113.30");
    site.now = new Date(site.now.getTime() + 50 * MINUTE);
    const scan = Array.from({ length: 20 }, (_, n) =>
      testEvent({
        at: site.now.getTime() - 50 * MINUTE + n,
        ip: "203.0.113.30",
        path: `/missing-${n}`,
        status: 404,
      }),
    );
    await site.record(scan);
    await site.run();
    const again = await site.row("203.0.113.30");
    expect(again.firstDetected).toEqual(first.firstDetected);
    expect(again.lastDetected.getTime()).toBeGreaterThan(first.lastDetected.getTime());
    expect(again.reasons).toEqual(expect.arrayContaining(["sensitive-files", "path-probing"]));
    expect(again.reason).toBe("multiple");
  });

  test("an ignored one stays ignored", async () => {
    await site.record(site.probe("203.0.113.31"));
    await site.run();
    await ignoreSuspicious([(await site.row("203.0.113.31")).id], ada, site.deps().enforcement);
    await changePolicy(site.db, { "sensitive-files": "enforce" }, ada);
    await site.run();
    expect(await site.row("203.0.113.31")).toMatchObject({
      status: "ignored",
      isActive: false,
      ruleId: null,
    });
  });

  test("a resolved one opens again by what it does afterwards, and not by what it had done", async () => {
    site.now = new Date();
    await site.record(site.probe("203.0.113.32"));
    await site.run();
    const { id } = await site.row("203.0.113.32");
    await resolveSuspicious([id], ada, site.deps().enforcement);
    expect((await site.run())?.flagged).toBe(0);
    expect(await site.row("203.0.113.32")).toMatchObject({ id, status: "resolved" });
    await site.record(
      ["/.env.local"].map((path) =>
        testEvent({ at: Date.now() + 500, ip: "203.0.113.32", path, status: 404 }),
      ),
    );
    site.now = new Date(Date.now() + 1000);
    expect((await site.run())?.details).toMatchObject({ reopened: 1, created: 0 });
    const again = await site.row("203.0.113.32");
    expect(again).toMatchObject({ id, status: "open", detections: 2 });
    expect(again.details.samples.map(({ path }) => path)).toEqual(["/.env.local"]);
  });
});
