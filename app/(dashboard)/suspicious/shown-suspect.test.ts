import { describe, expect, test } from "vitest";
import { measuresOf, shownSuspect } from "@/app/(dashboard)/suspicious/shown-suspect";
import { cautionsOf } from "@/components/suspicious/suspect-words";
import { countWords } from "@/components/suspicious/words";
import type { SuspicionFinding } from "@/db/suspicion-details";
import type { SuspiciousIpView } from "@/db/suspicious-ips";

const AT = "2026-03-10T12:00:00.000Z";
const finding = (rule: string, counts: Record<string, number>, threshold: number | null, score = 60) =>
  ({ rule, counts, threshold, score, sentence: "Found.", at: AT }) satisfies SuspicionFinding;

const row = (change: Partial<SuspiciousIpView> = {}): SuspiciousIpView => ({
  id: 7,
  target: "7f3a9c".padEnd(32, "0"),
  targetKind: "hash",
  network: "203.0.113.0/24",
  ip: null,
  label: "203.0.113.0/24 · 7f3a9c",
  reason: "multiple",
  reasons: ["crawl", "injection"],
  score: 90,
  parts: { crawl: 40, injection: 75 },
  firstDetected: new Date(AT),
  lastDetected: new Date(AT),
  detections: 1,
  status: "open",
  statusBy: "detection",
  statusAt: new Date(AT),
  isActive: true,
  details: {
    window: { from: "2026-03-10T11:00:00.000Z", to: AT },
    findings: [
      finding("crawl", { distinctPaths: 70 }, 60, 40),
      finding("injection", { injection: 1 }, 1, 75),
    ],
    samples: [
      {
        id: "a",
        at: AT,
        method: "GET",
        path: `/${"x".repeat(2000)}`,
        status: 404,
        signals: ["injection", "asset"],
      },
    ],
  },
  ruleId: null,
  followUp: "would-block",
  followUpNote: "",
  automaticBlocks: 0,
  rule: null,
  ...change,
});

describe("a row for the page", () => {
  test("names its reasons for people, the one of most weight first", () => {
    const shown = shownSuspect(row(), null);
    expect(shown.reasons.map(({ title }) => title)).toEqual(["Injection", "Crawl"]);
    expect(shown.findings[0]).toMatchObject({ id: "injection", score: 75, at: Date.parse(AT) });
  });

  test("cuts a path to a line, and tells only the marks of an attack", () => {
    const [sample] = shownSuspect(row(), null).samples;
    expect(sample?.path.length).toBeLessThan(100);
    expect(sample?.marks).toEqual(["injection"]);
  });

  test.each([
    [0, "1 h"],
    [1, "24 h"],
    [2, "7 d"],
    [9, "7 d"],
  ])("after %i blocks the next one lasts %s", (automaticBlocks, span) => {
    expect(shownSuspect(row({ automaticBlocks }), null).nextBlock).toBe(span);
  });

  test("says of a block whether it holds more than the target", () => {
    const rule = { id: 3, isInForce: true, expiresAt: null, origin: "manual" };
    const own = row();
    expect(shownSuspect({ ...own, rule: { ...rule, target: own.target } }, null).rule?.holdsMore).toBeNull();
    const wide = { ...own, rule: { ...rule, target: "203.0.113.0/24" } };
    expect(shownSuspect(wide, null).rule?.holdsMore).toBe("203.0.113.0/24");
  });
});

describe("counts against thresholds", () => {
  test.each([
    [finding("path-probing", { failed: 30, failedPaths: 20 }, 10), "failedPaths"],
    [finding("high-volume", { requests: 140, limited: 0 }, 100), "requests"],
    [finding("high-volume", { requests: 140, limited: 6 }, 5), "limited"],
    [finding("admin-probing", { adminProbes: 4, adminRefused: 0 }, 3), "adminProbes"],
    [finding("login-bruteforce", { loginAttempts: 9, loginFailures: 2 }, 6), "loginAttempts"],
    [finding("traversal", { traversal: 1 }, 1), "traversal"],
  ])("the threshold stands beside the number that passed it: %#", (found, name) => {
    const [first, ...others] = measuresOf(found);
    expect(first).toMatchObject({ name, limit: found.threshold });
    for (const other of others) expect(other).toMatchObject({ limit: null });
  });

  test("a number of one is spoken of in the singular", () => {
    expect(countWords("sensitive-file", 1)).toBe("request for secret files");
    expect(countWords("sensitive-file", 2)).toBe("requests for secret files");
    expect(countWords("somethingNew", 2)).toBe("something new");
  });
});

test("what speaks against a block at once is told: the guard's reason, and clean visitors of a range", () => {
  const guarded = row({ followUp: "guarded", followUpNote: "It belongs to a private network." });
  const range = row({ details: { ...row().details, range: { flagged: 4, cleanVisitors: 12 } } });
  const shown = [row(), guarded, range].map((one) => shownSuspect(one, null));
  expect(cautionsOf(shown)).toEqual([
    expect.stringContaining("It belongs to a private network."),
    expect.stringContaining("12 clean visitors"),
  ]);
});
