import { beforeEach, expect, test } from "vitest";
import { changePolicy } from "@/db/detection-policy";
import { mayMissScript } from "@/db/request-keys";
import { resolveSuspicious } from "@/db/suspicion-verbs";
import { ada, DetectionSite, hashOf, MINUTE } from "@/db/test/detection-site";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import { openTestDatabase } from "@/services/test/database";

const site = new DetectionSite((await openTestDatabase()).db);
beforeEach(() => site.reset());

const IPS = ["192.0.2.5", "198.51.100.5", "203.0.113.5"] as const;
const missing = (index: number, minutesAgo: number, path = `/folder-${index}/left-behind.php`) =>
  site.event(minutesAgo, { ip: IPS[index] as string, path, status: 404 });
const targets = async () => (await site.rows()).map(({ target }) => target).sort();
const all = IPS.map(hashOf).sort();

test("three visitors who look for one script within a day are found, those of earlier hours as well", async () => {
  await site.record([missing(0, 900), missing(1, 300), missing(2, 10)]);
  const run = await site.run();
  expect(run?.flagged).toBe(3);
  expect(await targets()).toEqual(all);
  const row = await site.row(IPS[0]);
  expect(row.reason).toBe("path-probing");
  expect(row.details.findings[0]?.sentence).toContain("Asked for left-behind.php");
  expect(row.details.findings[0]?.counts).toEqual({ networks: 3, folders: 3 });
  expect(row.details.samples[0]?.path).toBe("/folder-0/left-behind.php");
});

test("what is told once is not told again, unless its visitor asks again", async () => {
  await site.record([missing(0, 200), missing(1, 100), missing(2, 10)]);
  await site.run();
  const first = await site.row(IPS[0]);
  site.now = new Date(site.now.getTime() + 60 * MINUTE);
  await site.record([missing(1, 5)]);
  await site.run();
  expect((await site.row(IPS[0])).lastDetected).toEqual(first.lastDetected);
  expect((await site.row(IPS[1])).lastDetected.getTime()).toBeGreaterThan(first.lastDetected.getTime());
});

test("a stale link, a visitor who is served a page, or one who asked a day before, are no search", async () => {
  await site.record([missing(0, 30, "/old.php"), missing(1, 20, "/old.php"), missing(2, 10, "/old.php")]);
  await site.run();
  expect(await targets()).toEqual([]);
  await site.record([missing(0, 40), missing(1, 20), missing(2, 10)]);
  await site.record([site.event(9, { ip: IPS[2], path: "/", status: 200 })]);
  await site.run();
  expect(await targets()).toEqual([]);
});

test("a request of the day before is over", async () => {
  await site.record([missing(0, 24 * 60 + 1), missing(1, 20), missing(2, 10)]);
  await site.run();
  expect(await targets()).toEqual([]);
});

test("the rule that is off finds nobody", async () => {
  await changePolicy(site.db, { "path-probing": "off" }, ada);
  await site.record([missing(0, 30), missing(1, 20), missing(2, 10)]);
  await site.run();
  expect(await targets()).toEqual([]);
});

// The last that records: its clock is the real one, by which cases are closed.
test("a closed case is not opened by what its visitor had done before", async () => {
  site.now = new Date();
  await site.record([missing(0, 200), missing(1, 100), missing(2, 10)]);
  await site.run();
  await resolveSuspicious([(await site.row(IPS[2])).id], ada, site.deps().enforcement);
  await site.run();
  expect((await site.row(IPS[2])).status).toBe("resolved");
});

test("the search is found by its own number, which the bit of its signal gives", async () => {
  const keysFor = async (signals: number) => {
    const [row] = await site.db.$client<{ found: boolean }[]>`
      select ${site.db.$client.unsafe(mayMissScript("seen"))} as found
      from (select 7 as path_id, null::cidr as network, null::char(2) as country_code, 200::int2 as status, 0 as nature,
        ${signals}::int as signals) as seen`;
    return row?.found;
  };
  expect(await keysFor(SIGNAL_BITS["missing-script"] | SIGNAL_BITS["crawler-claim"])).toBe(true);
  expect(await keysFor(-1 & ~SIGNAL_BITS["missing-script"])).toBe(false);
});
