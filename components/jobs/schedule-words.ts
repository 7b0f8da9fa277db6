import { formatPlural } from "@/lib/format";

/** A pace in words: `Every half second`, `Every 2 seconds`, `Every minute`. */
export function paceWords(seconds: number): string {
  if (seconds < 1) return seconds === 0.5 ? "Every half second" : `Every ${seconds} seconds`;
  return every(seconds, "second") ?? `Every ${formatPlural(seconds, "second")}`;
}

/** The largest unit that counts a span without a rest. */
function every(seconds: number, unit: "second" | "minute" | "hour"): string | null {
  if (unit !== "hour" && seconds >= 60 && seconds % 60 === 0)
    return every(seconds / 60, unit === "second" ? "minute" : "hour");
  return seconds === 1 ? `Every ${unit}` : `Every ${formatPlural(seconds, unit)}`;
}

/** A schedule of cron, which is in UTC, in words; where it is none of the usual kinds, the schedule itself. */
export function cronWords(cron: string): string {
  const [minute = "", hour = "", ...days] = cron.trim().split(/\s+/);
  const isDaily = days.length === 3 && days.every((field) => field === "*");
  if (!isDaily) return `At the times of ${cron} (UTC)`;
  const step = /^\*\/(\d+)$/.exec(minute);
  if (step && hour === "*") return every(Number(step[1]), "minute") as string;
  if (!/^\d+$/.test(minute)) return `At the times of ${cron} (UTC)`;
  const two = (text: string) => text.padStart(2, "0");
  if (hour === "*") return minute === "0" ? "Every hour, on the hour" : `Every hour, at minute ${minute}`;
  if (/^\d+$/.test(hour)) return `Every day at ${two(hour)}:${two(minute)} UTC`;
  return `At the times of ${cron} (UTC)`;
}
