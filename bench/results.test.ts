import { describe, expect, test } from "vitest";
import { formatResults, inOrder, type Measured, merge, parseResults, shortOf } from "@/bench/results";

const measured = (id: string, changes: Partial<Measured> = {}): Measured => ({
  id,
  what: `what ${id} is`,
  against: "something else",
  figures: [
    { name: "ratio", value: "0.93 (0.91 to 0.95)", target: "≥ 0.90", isReached: true },
    { name: "memory", value: "12 MB", target: null, isReached: true },
  ],
  date: "2026-01-31",
  commit: "abc1234",
  machine: "2 cores, 24 GB",
  load: 0.3,
  ...changes,
});
const short = [{ name: "ratio", value: "0.5 (0.4 to 0.6)", target: "≥ 0.90", isReached: false }];

describe("the kept results", () => {
  test("are read back as they were written, also with the sign that parts cells", () => {
    const rows = [
      measured("edge-door", { what: "a | b || c |", against: "" }),
      measured("lookup", { figures: short, machine: "64 cores", load: null }),
    ];
    expect(parseResults(formatResults(rows))).toEqual(rows);
  });

  test("keep every other row, its date and its machine when one is measured anew", () => {
    const before = [measured("edge-door"), measured("lookup"), measured("restart", { figures: short })];
    const now = measured("lookup", { date: "2026-02-01", commit: "def5678", machine: "64 cores" });
    const kept = parseResults(formatResults(merge(parseResults(formatResults(before)), [now])));
    expect(kept).toEqual([before[0], now, before[2]]);
  });

  test("name no machine on which nothing was measured any more", () => {
    const text = formatResults(merge([measured("lookup")], [measured("lookup", { machine: "64 cores" })]));
    expect(text).toContain("1. 64 cores");
    expect(text).not.toContain("2 cores");
  });

  test("stand in the order of the table, and what it does not name comes last", () => {
    expect(inOrder(["zebra", "restart", "edge-door", "drain"])).toEqual([
      "edge-door",
      "drain",
      "restart",
      "zebra",
    ]);
  });

  test("name what falls short, once, and never for a fact beside the figures", () => {
    expect(shortOf([measured("edge-door"), measured("drain", { figures: [...short, ...short] })])).toEqual([
      "drain",
    ]);
  });

  test("of a file that somebody has spoilt are those that can still be read", () => {
    expect(parseResults("# Nothing\n| a | b |\n| --- |\n\n")).toEqual([]);
  });
});
