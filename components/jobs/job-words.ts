import { noRoomWords } from "@/lib/detection/block-room";
import { formatCount, formatPlural } from "@/lib/format";

type Result = Readonly<Record<string, number>>;

/** What a run of a job did, in a sentence: a result is only numbers. */
export function resultWords(job: string, result: Result | null): string {
  if (!result) return "It ran.";
  if (result.skipped) return "Another run was at it: nothing to do.";
  const words = WORDS[job];
  return words ? words((name) => result[name] ?? 0) : plainWords(result);
}

const WORDS: Record<string, (of: (name: string) => number) => string> = {
  "drain-events"(of) {
    if (of("batches") === 0) return "Nothing was waiting.";
    const stored = `Stored ${formatPlural(of("inserted"), "request")}`;
    const known = of("events") - of("inserted");
    return sentence([
      known > 0 ? `${stored}, ${formatCount(known)} more were known already` : stored,
      of("rejected") > 0 && `${formatPlural(of("rejected"), "event")} set aside unread`,
      of("flagged") > 0 && `${formatPlural(of("flagged"), "visitor")} found suspicious`,
    ]);
  },
  "detect-anomalies"(of) {
    const flagged = of("flagged");
    const done = sentence([
      `Examined ${formatPlural(of("examined"), "visitor")}`,
      flagged === 0
        ? "nobody is suspicious"
        : `${formatCount(flagged)} ${flagged === 1 ? "is" : "are"} suspicious`,
      of("blocked") > 0 && `${formatCount(of("blocked"))} blocked`,
    ]);
    return of("noRoom") > 0 ? `${done} ${noRoomWords(of("noRoom"))}` : done;
  },
  "publish-rules"(of) {
    const rules = formatPlural(of("entries"), "rule");
    return of("repaired") > 0
      ? `The copy at the edge was missing or stale: published it again, with ${rules}.`
      : `The copy at the edge is right: ${rules}.`;
  },
  "expire-rules"(of) {
    return of("ended") === 0
      ? "No rule was over."
      : `Ended ${formatPlural(of("ended"), "rule")} whose time was over.`;
  },
  "prune-logs"(of) {
    const dropped = [
      of("partitions") > 0 && `${formatPlural(of("partitions"), "partition")} of requests`,
      of("requests") > 0 && `${formatPlural(of("requests"), "request")}`,
      of("rollups") > 0 && `${formatPlural(of("rollups"), "rollup row")}`,
      of("texts") > 0 && `${formatPlural(of("texts"), "text")} of requests`,
      of("suspicious") > 0 && `${formatPlural(of("suspicious"), "case")} of suspicious addresses`,
      of("rules") > 0 && `${formatPlural(of("rules"), "rule")} that had ended`,
      of("audits") > 0 && `${formatPlural(of("audits"), "audit entry", "audit entries")} of detection`,
      of("runs") > 0 && `${formatPlural(of("runs"), "detection run")}`,
    ].filter((part) => part !== false);
    return dropped.length === 0 ? "Nothing was old enough to drop." : `Dropped ${dropped.join(", ")}.`;
  },
};

function sentence(parts: readonly (string | false)[]): string {
  return `${parts.filter((part) => part !== false).join(", ")}.`;
}

function plainWords(result: Result): string {
  const parts = Object.entries(result).map(([name, value]) => `${name} ${formatCount(value)}`);
  return parts.length === 0 ? "It ran." : `${parts.join(", ")}.`;
}

/** `12 ms`, `0.4 s`, `3 min`: how long a run took. */
export function tookWords(milliseconds: number): string {
  if (milliseconds < 1) return "under 1 ms";
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 120_000
    ? `${Math.round(milliseconds / 1000)} s`
    : `${formatCount(Math.round(milliseconds / 60_000))} min`;
}
