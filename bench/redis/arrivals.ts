import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers } from "@/bench/rule-set/random-rules";
import { parseAccessLogLine } from "@/lib/access-log";

export const DAY_MS = 86_400_000;

export type Arrivals = { source: string; times: Float64Array };

/** The log that is laid over itself, where the public data lies beside the project; no line of it goes anywhere. */
const LOG = join(
  process.env.GATEHOUSE_DATA ?? join(process.cwd(), "..", "shared", "data"),
  "elastic_apache_logs",
  "apache_logs.log",
);
const SHIFT_MS = 3_600_000;

/**
 * The times of `perDay` requests on each of `days`, in milliseconds from 0: the days of a real log, each laid over itself,
 * moved by up to half an hour, until there are enough. Its visits stay what they were: pages with what belongs to them
 * at once, then nothing. Without the log, visits of the same kind are made, more by day than by night.
 */
export function arrivals(perDay: number, days: number): Arrivals {
  const random = randomNumbers(11);
  const real = existsSync(LOG) ? daysOf(readFileSync(LOG, "utf8")) : [];
  const times: number[] = [];
  for (let day = 0; day < days; day++) {
    const base = real[day % Math.max(1, real.length)] ?? madeDay(random);
    for (let left = perDay; left > 0; left -= base.length) {
      const shift = (random() - 0.5) * SHIFT_MS;
      const share = Math.min(1, left / base.length);
      // The log knows the second only.
      for (const time of base)
        if (random() < share) times.push(day * DAY_MS + time + shift + random() * 1000);
    }
  }
  const source = real.length > 0 ? "a real log's times" : "made times";
  return { source, times: Float64Array.from(times).sort() };
}

/** Requests that know nothing of one another. */
export function uniformArrivals(perDay: number, days: number): Arrivals {
  const random = randomNumbers(12);
  const times = Float64Array.from({ length: perDay * days }, () => random() * days * DAY_MS).sort();
  return { source: "evenly at random", times };
}

/** The whole days of a log, each as milliseconds from its first moment. */
function daysOf(text: string): number[][] {
  const times = text
    .split("\n")
    .flatMap((line) => parseAccessLogLine(line)?.at.getTime() ?? [])
    .sort((one, other) => one - other);
  const [first = 0] = times;
  const count = Math.floor(((times.at(-1) ?? 0) - first) / DAY_MS);
  return Array.from({ length: count }, (_, day) =>
    times
      .filter((time) => Math.floor((time - first) / DAY_MS) === day)
      .map((time) => time - first - day * DAY_MS),
  );
}

const VISITS = 400;
const HOURS_WEIGHT = [1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 4, 3, 2, 1];

function madeDay(random: () => number): number[] {
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; ) {
    const at = random() * DAY_MS;
    if (random() * 6 > (HOURS_WEIGHT[Math.floor(at / 3_600_000)] as number)) continue;
    visit++;
    let time = at;
    for (let pages = Math.ceil(random() * 4); pages > 0; pages--) {
      for (let files = Math.ceil(random() * 6); files > 0; files--) times.push(time + random() * 1500);
      time += 5000 + random() * 60_000;
    }
  }
  return times;
}
