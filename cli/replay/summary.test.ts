import { describe, expect, test } from "vitest";
import { shareOf, showProgress } from "@/cli/replay/progress";
import { recordedLine, summaryLines } from "@/cli/replay/summary";
import { Tally } from "@/cli/replay/tally";

function tallyOf(statuses: readonly number[]): Tally {
  const tally = new Tally();
  statuses.forEach((status, n) => {
    tally.read++;
    tally.addAnswer(`line ${n + 1}`, `192.0.2.${n}`, { status });
  });
  return tally;
}

describe("the summary", () => {
  test("adds up: what was read was sent, not parsable or not sendable", () => {
    const tally = tallyOf([200, 200, 403, 429]);
    tally.read += 3;
    tally.addUnparsable("line 5", `\u001b[31m${"x".repeat(300)}`);
    tally.addUnsendable("line 6", "what was sent was not HTTP");
    tally.addAnswer("line 7", "192.0.2.200", { noAnswer: "ECONNRESET" });
    const text = summaryLines(tally, { seconds: 2, behindMs: 0 }).join("\n");
    expect(text).toMatch(/Lines read +7\n/);
    expect(text).toMatch(/Sent +5\n/);
    expect(text).toMatch(/Answers +2 × 200 OK, 1 × 403 Forbidden, 1 × 429 Too Many Requests\n/);
    expect(text).toMatch(/Blocked \(403\) +1\n/);
    expect(text).toMatch(/Limited \(429\) +1\n/);
    expect(text).toMatch(/No answer +1 × ECONNRESET\n/);
    expect(text).toMatch(/Addresses +5\n/);
    expect(text).toMatch(/Time +2\.0 s, 3 requests\/s/);
    expect(text).toMatch(/ {2}line 5: ·\[31mx{100,}…\n/);
    expect(text).toContain("1 × what was sent was not HTTP (first: line 6)");
    expect(text).not.toContain("\u001b");
  });

  test("shows only the first lines that could not be parsed, and no endless list of reasons", () => {
    const tally = new Tally();
    for (let n = 1; n <= 100; n++) {
      tally.addUnparsable(`line ${n}`, "junk");
      tally.addUnsendable(`line ${n}`, `reason ${n}`);
    }
    const lines = summaryLines(tally, { seconds: 1, behindMs: 0 });
    expect(lines.filter((line) => line.includes("junk"))).toHaveLength(5);
    expect(lines.filter((line) => line.includes("reason"))).toHaveLength(20);
    expect(tally.notSendable).toBe(100);
  });

  test("says when the log's pace was not kept", () => {
    expect(summaryLines(new Tally(), { seconds: 1, behindMs: 999 }).join()).not.toContain("pace");
    expect(summaryLines(new Tally(), { seconds: 1, behindMs: 45_000 }).join()).toContain(
      "45 s late at the end",
    );
  });

  test("says of what is recorded what it means", () => {
    const line = (rows: number, change = {}) => recordedLine({ rows, waiting: 0, dropped: 0, ...change }, 10);
    expect(line(10)).toBe("Recorded  10 rows since the replay began.");
    expect(line(12)).toContain("other visitors");
    expect(line(4)).toContain("fewer than were sent");
    expect(line(4, { waiting: 6 })).toContain("6 events still wait");
    expect(line(4, { dropped: 6 })).toContain("6 events dropped");
  });
});

describe("progress", () => {
  const logOf = (size: number | null, read: number) => ({
    name: "a log",
    size,
    canRepeat: true,
    bytesRead: () => read,
    async *lines() {},
  });
  const sent = (count: number) => tallyOf(Array.from({ length: count }, () => 200));

  test("is measured in what is read, or in what was asked for, or not at all", () => {
    const logs = [logOf(300, 300), logOf(100, 0)];
    expect(shareOf({ logs, limit: null, tally: sent(0) })).toBe(0.75);
    expect(shareOf({ logs: [logOf(1000, 10)], limit: 4, tally: sent(2) })).toBe(0.5);
    expect(shareOf({ logs: [logOf(null, 10)], limit: null, tally: sent(2) })).toBeNull();
  });

  test("is a plain line from time to time where there is no terminal", async () => {
    let plain = "";
    const write = (text: string) => {
      plain += text;
    };
    const output = { write } as unknown as NodeJS.WritableStream;
    const options = { logs: [logOf(100, 50)], limit: null, tally: sent(3), output, plainEveryMs: 5 };
    const hide = await showProgress(options);
    await new Promise((resolve) => setTimeout(resolve, 50));
    hide();
    expect(plain).toMatch(/^50 %, 3 sent, [\d,]+\/s\n/);
    expect(plain).not.toContain("\u001b");
  });
});
