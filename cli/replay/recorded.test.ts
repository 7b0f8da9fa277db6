import { describe, expect, test } from "vitest";
import { type RecordedDeps, watchRecords } from "@/cli/replay/recorded";

/** What is on record and what waits, from one look to the next; the last look stays true. */
function depsOf(
  looks: { rows: number; waiting?: number; dropped?: number }[],
  change: Partial<RecordedDeps> = {},
) {
  let at = -1;
  const look = () => looks[Math.min(at, looks.length - 1)] ?? { rows: 0 };
  return {
    readStats: async () => {
      at++;
      const { waiting = 0, dropped = 0 } = look();
      return { waitingBatches: 0, waitingEvents: waiting, droppedEvents: dropped };
    },
    countRows: async () => look().rows,
    flushMs: 0,
    pollMs: 1,
    patienceMs: 60,
    ...change,
  };
}

const settle = async (sent: number, deps: RecordedDeps) => (await watchRecords(deps)).settle(sent);

describe("what is recorded", () => {
  test("is waited for until all is there and nothing waits", async () => {
    const deps = depsOf([{ rows: 5 }, { rows: 5 }, { rows: 9, waiting: 6 }, { rows: 15, waiting: 0 }]);
    expect(await settle(10, deps)).toEqual({ rows: 10, waiting: 0, dropped: 0 });
  });

  test("counts what came since the replay began, and what was dropped then", async () => {
    const deps = depsOf([
      { rows: 100, dropped: 7 },
      { rows: 103, dropped: 9 },
    ]);
    expect(await settle(5, deps)).toEqual({ rows: 3, waiting: 0, dropped: 2 });
  });

  test("is not waited for for ever where other visitors never stop", async () => {
    let rows = 0;
    const busy = { waitingBatches: 1, waitingEvents: 3, droppedEvents: 0 };
    const deps = depsOf([], { readStats: async () => busy, countRows: async () => rows++ });
    expect((await settle(5, deps)).rows).toBeGreaterThan(5);
  });

  test("is not waited for for ever where nothing moves any more", async () => {
    expect(await settle(10, depsOf([{ rows: 0 }, { rows: 4, waiting: 6 }]))).toEqual({
      rows: 4,
      waiting: 6,
      dropped: 0,
    });
    expect(await settle(10, depsOf([], { readStats: null, countRows: async () => 0 }))).toMatchObject({
      rows: 0,
    });
  });
});
