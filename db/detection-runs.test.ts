import { beforeAll, expect, test } from "vitest";
import { countSilentRuns, listRuns, type NewRun, pruneRuns, readHours, writeRun } from "@/db/detection-runs";
import { openTestDatabase } from "@/services/test/database";

const NOW = new Date("2026-03-10T12:20:00Z");
const HOUR_MS = 3_600_000;

const { db } = await openTestDatabase();

const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);
const details = {
  rules: {},
  created: 0,
  reopened: 0,
  blocked: 0,
  wouldBlock: 0,
  guarded: 0,
  failed: 0,
  site: [],
};

function write(hoursAgo: number, change: Partial<NewRun> & { found?: Partial<typeof details> } = {}) {
  const { found, ...rest } = change;
  const startedAt = ago(hoursAgo);
  return writeRun(db, {
    trigger: "drain",
    actor: "drain-events",
    window: { from: new Date(startedAt.getTime() - HOUR_MS), to: startedAt },
    startedAt,
    durationMs: 12.4,
    examined: 3,
    flagged: 0,
    error: null,
    details: { ...details, ...found },
    ...rest,
  });
}

beforeAll(async () => {
  await write(30);
  await write(26, { flagged: 1, found: { created: 1 } });
  await write(2, {
    trigger: "schedule",
    actor: "schedule",
    flagged: 4,
    found: { created: 2, reopened: 1, blocked: 1 },
  });
  await write(2, { flagged: 1 });
  await write(1, { error: "the store is gone" });
  await write(0.1);
  await write(0.1, { trigger: "manual", actor: "ada" });
});

test("the list leaves out, where asked to, what says nothing, and comes in pages", async () => {
  expect(await listRuns(db)).toHaveLength(7);
  const telling = await listRuns(db, { isTelling: true });
  expect(telling.map(({ trigger }) => trigger)).toEqual(["manual", "drain", "drain", "schedule", "drain"]);
  expect(await listRuns(db, { isTelling: true, before: telling[2]?.id, limit: 1 })).toEqual([telling[3]]);
  expect(await listRuns(db, { trigger: "manual" })).toMatchObject([{ actor: "ada", durationMs: 12 }]);
});

test("what was left out is counted", async () => {
  expect(await countSilentRuns(db, ago(24))).toEqual({ runs: 1, examined: 3 });
});

test("every hour has its count, also where nothing was found", async () => {
  const hours = await readHours(db, NOW, 24);
  expect(hours).toHaveLength(24);
  expect(hours[0]?.at).toEqual(new Date("2026-03-09T13:00:00Z"));
  expect(hours.at(-1)).toEqual({ at: new Date("2026-03-10T12:00:00Z"), found: 0, blocked: 0, failures: 0 });
  expect(hours.filter(({ found, failures }) => found > 0 || failures > 0)).toEqual([
    { at: new Date("2026-03-10T10:00:00Z"), found: 3, blocked: 1, failures: 0 },
    { at: new Date("2026-03-10T11:00:00Z"), found: 0, blocked: 0, failures: 1 },
  ]);
});

test("runs after a drain that found nobody are kept for a day, those that say something for longer", async () => {
  expect(await pruneRuns(db, NOW)).toBe(1);
  expect(await listRuns(db)).toHaveLength(6);
});

test("runs after a drain are never more than a number, and the runs of the clock and of people stay", async () => {
  expect(await pruneRuns(db, NOW, 2)).toBe(2);
  const left = (await listRuns(db)).map(({ trigger }) => trigger);
  expect(left).toEqual(["manual", "drain", "drain", "schedule"]);
});
