import { STATUS_CODES } from "node:http";
import type { Recorded } from "@/cli/replay/recorded";
import type { Tally } from "@/cli/replay/tally";
import { formatPairs, printable } from "@/cli/table";
import { formatCount, formatPlural, formatSpan } from "@/lib/format";

const SAMPLE_LENGTH_MAX = 120;

export type Run = { seconds: number; behindMs: number };

/** What a replay did, as its last word. */
export function summaryLines(tally: Tally, { seconds, behindMs }: Run): string[] {
  const { addresses } = tally;
  const about = addresses.isExact ? "" : "about ";
  return [
    ...formatPairs([
      ["Lines read", formatCount(tally.read)],
      ["Sent", formatCount(tally.sent)],
      ["Not parsable", formatCount(tally.unparsable)],
      ["Not sendable", formatCount(tally.notSendable)],
      ["Answers", answers(tally.statuses)],
      ["Blocked (403)", formatCount(tally.statuses.get(403) ?? 0)],
      ["Limited (429)", formatCount(tally.statuses.get(429) ?? 0)],
      ...(tally.unanswered.size > 0 ? [["No answer", counts(tally.unanswered)] as const] : []),
      ["Addresses", `${about}${formatCount(addresses.count)}`],
      ["Time", `${seconds.toFixed(1)} s, ${formatCount(Math.round(tally.sent / seconds))} requests/s`],
    ]),
    ...(behindMs >= 1000
      ? [`The pace of the log could not be kept: ${formatSpan(behindMs / 1000)} late at the end.`]
      : []),
    ...unparsableLines(tally),
    ...unsendableLines(tally),
  ];
}

/** What of it is on record, after the waiting. */
export function recordedLine(recorded: Recorded, sent: number): string {
  const rows = `Recorded  ${formatPlural(recorded.rows, "row")} since the replay began`;
  if (recorded.waiting > 0)
    return `${rows}; ${formatPlural(recorded.waiting, "event")} still wait for the next drain.`;
  if (recorded.dropped > 0)
    return `${rows}; ${formatPlural(recorded.dropped, "event")} dropped, the buffer was full.`;
  if (recorded.rows < sent)
    return `${rows}, fewer than were sent: does this database belong to that Gatehouse?`;
  return recorded.rows > sent ? `${rows}, other visitors' among them.` : `${rows}.`;
}

function answers(statuses: ReadonlyMap<number, number>): string {
  const sorted = [...statuses].sort(([a], [b]) => a - b);
  const words = sorted.map(([status, count]) =>
    `${formatCount(count)} × ${status} ${STATUS_CODES[status] ?? ""}`.trim(),
  );
  return words.join(", ") || "none";
}

function counts(reasons: ReadonlyMap<string, number>): string {
  return [...reasons].map(([reason, count]) => `${formatCount(count)} × ${reason}`).join(", ");
}

function unparsableLines({ unparsable, samples }: Tally): string[] {
  if (unparsable === 0) return [];
  const head = unparsable > samples.length ? `Not parsable, the first ${samples.length}:` : "Not parsable:";
  return ["", head, ...samples.map(({ place, text }) => `  ${place}: ${cut(printable(text))}`)];
}

function unsendableLines({ unsendable }: Tally): string[] {
  if (unsendable.size === 0) return [];
  const lines = [...unsendable].map(
    ([reason, { count, first }]) => `  ${formatCount(count)} × ${printable(reason)} (first: ${first})`,
  );
  return ["", "Not sendable as HTTP:", ...lines];
}

function cut(text: string): string {
  return text.length > SAMPLE_LENGTH_MAX ? `${text.slice(0, SAMPLE_LENGTH_MAX - 1)}…` : text;
}
