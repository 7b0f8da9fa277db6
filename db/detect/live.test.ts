import { beforeEach, expect, test } from "vitest";
import { freshTargets } from "@/db/detect/fresh";
import { DetectionSite, hashOf } from "@/db/test/detection-site";
import { recordTraffic } from "@/db/test/traffic";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

/** A detection as a drain starts it. */
const after = (...ips: string[]) =>
  site.run({ trigger: "drain", actor: "drain-events", only: ips.map(hashOf) });
const targets = async () => (await site.rows()).map(({ target }) => target);

test("after a drain only the visitors of the batch are examined", async () => {
  await site.record([...site.probe("203.0.113.50"), ...site.probe("203.0.113.51")]);
  expect(await after("203.0.113.50")).toMatchObject({ examined: 1, flagged: 1, trigger: "drain" });
  expect(await targets()).toEqual([hashOf("203.0.113.50")]);
});

test("new rows name their visitors, repeated ones do not", async () => {
  const events = site.probe("203.0.113.52");
  const visitors = new Set<string>();
  await recordTraffic(site.db, events, { now: site.now, visitors });
  expect([...visitors]).toEqual([hashOf("203.0.113.52")]);
  visitors.clear();
  await recordTraffic(site.db, events, { now: site.now, visitors });
  expect(visitors.size).toBe(0);
});

test("whoever was found a moment ago is fresh, a closed case and an old one are not", async () => {
  await site.record([...site.probe("203.0.113.53"), ...site.probe("203.0.113.54")]);
  await after("203.0.113.53", "203.0.113.54");
  await site.db
    .$client`update suspicious_ips set status = 'resolved' where target = ${hashOf("203.0.113.54")}`;
  const asked = ["203.0.113.53", "203.0.113.54", "203.0.113.55"].map(hashOf);
  expect([...(await freshTargets(site.db, asked, site.now))]).toEqual([hashOf("203.0.113.53")]);
  const later = new Date(site.now.getTime() + 5000);
  expect([...(await freshTargets(site.db, asked, later))]).toEqual([]);
});

/** Eight visitors of a network who fail to log in three times each. */
const stuffing = () =>
  Array.from({ length: 24 }, (_, n) =>
    site.event(30 - n, {
      ip: `203.0.113.${100 + (n % 8)}`,
      path: "/login",
      method: "POST",
      status: 401,
    }),
  );

test("the failed logins of a network are counted together, whoever of it the batch holds", async () => {
  await site.record(stuffing());
  await after("203.0.113.107");
  const row = await site.row("203.0.113.0/24");
  expect(row.reasons).toEqual(["credential-stuffing"]);
  expect(row.details.findings[0]?.counts).toEqual({ failures: 24, visitors: 8 });
});

test("a network that was found a moment ago is not written down with every drain, and later it is", async () => {
  await site.record(stuffing());
  expect((await after("203.0.113.107"))?.flagged).toBe(1);
  expect((await after("203.0.113.107"))?.flagged).toBe(0);
  site.now = new Date(site.now.getTime() + 5000);
  expect((await after("203.0.113.107"))?.flagged).toBe(1);
});

test("who fails alone says nothing about the network", async () => {
  await site.record([
    site.event(2, { ip: "203.0.113.60", path: "/login", method: "POST", status: 401 }),
    site.event(1, { ip: "203.0.113.61" }),
  ]);
  expect(await after("203.0.113.60", "203.0.113.61")).toMatchObject({ examined: 2, flagged: 0 });
});
