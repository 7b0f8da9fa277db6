import { describe, expect, test } from "vitest";
import { backlogWords } from "@/components/jobs/backlog-words";
import { resultWords, tookWords } from "@/components/jobs/job-words";
import { cronWords, paceWords } from "@/components/jobs/schedule-words";

test.each([
  [0.5, "Every half second"],
  [1, "Every second"],
  [2, "Every 2 seconds"],
  [60, "Every minute"],
  [90, "Every 90 seconds"],
  [900, "Every 15 minutes"],
  [3600, "Every hour"],
])("a pace of %d s reads “%s”", (seconds, words) => {
  expect(paceWords(seconds)).toBe(words);
});

test.each([
  ["*/3 * * * *", "Every 3 minutes"],
  ["*/15 * * * *", "Every 15 minutes"],
  ["0 * * * *", "Every hour, on the hour"],
  ["7 * * * *", "Every hour, at minute 7"],
  ["20 3 * * *", "Every day at 03:20 UTC"],
  ["0 0 1 * *", "At the times of 0 0 1 * * (UTC)"],
  ["5,35 * * * *", "At the times of 5,35 * * * * (UTC)"],
])("the schedule %s reads “%s”", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test.each([
  ["drain-events", { batches: 0, events: 0, inserted: 0, rejected: 0, flagged: 0 }, "Nothing was waiting."],
  [
    "drain-events",
    { batches: 2, events: 5, inserted: 5, flagged: 1 },
    "Stored 5 requests, 1 visitor found suspicious.",
  ],
  [
    "drain-events",
    { batches: 2, events: 5, inserted: 3, rejected: 1 },
    "Stored 3 requests, 2 more were known already, 1 event set aside unread.",
  ],
  ["detect-anomalies", { examined: 1, flagged: 0, blocked: 0 }, "Examined 1 visitor, nobody is suspicious."],
  [
    "detect-anomalies",
    { examined: 1200, flagged: 3, blocked: 2 },
    "Examined 1,200 visitors, 3 are suspicious, 2 blocked.",
  ],
  [
    "detect-anomalies",
    { examined: 1200, flagged: 3, blocked: 2, noRoom: 1 },
    "Examined 1,200 visitors, 3 are suspicious, 2 blocked. 1 suspicious address was not blocked for want of room: detection has as many blocks in force as it may (50,000). Block their networks by hand, or wait until blocks end.",
  ],
  ["detect-anomalies", { skipped: 1 }, "Another run was at it: nothing to do."],
  ["publish-rules", { repaired: 0, entries: 1 }, "The copy at the edge is right: 1 rule."],
  ["expire-rules", { ended: 2 }, "Ended 2 rules whose time was over."],
  [
    "prune-logs",
    { partitions: 1, requests: 0, rollups: 0, texts: 3, runs: 40 },
    "Dropped 1 partition of requests, 3 texts of requests, 40 detection runs.",
  ],
  [
    "prune-logs",
    { suspicious: 1, rules: 2, audits: 3 },
    "Dropped 1 case of suspicious addresses, 2 rules that had ended, 3 audit entries of detection.",
  ],
  ["prune-logs", { partitions: 0 }, "Nothing was old enough to drop."],
  ["a new job", { done: 3 }, "done 3."],
])("what %s did with %j is said in words", (job, result, words) => {
  expect(resultWords(job, result)).toBe(words);
});

test.each([
  [0.2, "under 1 ms"],
  [12.4, "12 ms"],
  [420, "0.4 s"],
  [61_000, "61 s"],
  [600_000, "10 min"],
])("%d ms read “%s”", (milliseconds, words) => {
  expect(tookWords(milliseconds)).toBe(words);
});

describe("a backlog", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const around = { now, paceSeconds: 0.5, isDrainFailing: false, runner: "scheduler" } as const;
  const waiting = (waitingEvents: number, seconds: number) => ({
    waitingEvents,
    droppedEvents: 0,
    oldestAt: waitingEvents === 0 ? null : now - seconds * 1000,
    capacity: 200_000,
  });

  test("of nothing, or of what came just now, is calm", () => {
    expect(backlogWords(waiting(0, 0), around)).toMatchObject({
      state: "calm",
      headline: "Nothing is waiting",
    });
    expect(backlogWords(waiting(12, 3), around)).toMatchObject({
      state: "calm",
      headline: "12 requests waiting, the oldest for 3 s",
    });
  });

  test("is calm for longer where the drain comes every few minutes", () => {
    const hosted = { ...around, paceSeconds: 180, runner: "inngest" } as const;
    expect(backlogWords(waiting(500, 200), hosted).state).toBe("calm");
    expect(backlogWords(waiting(500, 200), around).state).toBe("stuck");
    expect(backlogWords(waiting(500, 800), hosted)).toMatchObject({
      state: "stuck",
      advice: expect.stringContaining("Inngest"),
    });
  });

  test("that is late or half full grows, and says what to look at", () => {
    expect(backlogWords(waiting(500, 20), around)).toMatchObject({
      state: "growing",
      advice: expect.stringContaining("Postgres"),
    });
    expect(backlogWords(waiting(150_000, 1), around).state).toBe("growing");
  });

  test("is stuck where nobody drains, the drain fails or there is no more room", () => {
    expect(backlogWords(waiting(500, 300), around)).toMatchObject({
      state: "stuck",
      advice: expect.stringContaining("npm start"),
    });
    const failing = { ...around, isDrainFailing: true };
    expect(backlogWords(waiting(5, 1), failing)).toMatchObject({
      state: "stuck",
      advice: expect.stringContaining("drain-events fails"),
    });
    expect(backlogWords(waiting(0, 0), failing).state).toBe("calm");
    expect(backlogWords(waiting(200_000, 1), around).state).toBe("stuck");
  });
});
