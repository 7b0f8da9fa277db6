/** A schedule in the five fields of cron, in UTC: `*`, numbers, lists, ranges and steps. */
type Field = { min: number; max: number };

const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12 },
  { min: 0, max: 6 },
];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Days to look ahead: the 29th of February comes round within five years but at the turn of a century. */
const DAYS_MAX = 5 * 366;

/**
 * The first time after `after` that the schedule names.
 * @throws Error for a schedule that is none, or that names no time of the next five years.
 */
export function nextCronTime(cron: string, after: Date): Date {
  const fields = parseCron(cron);
  let at = (Math.floor(after.getTime() / MINUTE_MS) + 1) * MINUTE_MS;
  const until = at + DAYS_MAX * DAY_MS;
  while (at < until) {
    const time = new Date(at);
    if (!matchesDay(fields, time)) at = Math.floor(at / DAY_MS + 1) * DAY_MS;
    else if (matchesTime(fields, time)) return time;
    else at += MINUTE_MS;
  }
  throw new Error(`The schedule "${cron}" names no time of the next five years.`);
}

/** How often a schedule comes round in a span of days. */
export function cronTimes(cron: string, days: number): number {
  const fields = parseCron(cron);
  const from = Date.UTC(2026, 0, 1);
  let count = 0;
  for (let minute = 0; minute < days * 24 * 60; minute++) {
    const at = new Date(from + minute * MINUTE_MS);
    if (matchesDay(fields, at) && matchesTime(fields, at)) count++;
  }
  return count;
}

function parseCron(cron: string): Set<number>[] {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error(`The schedule "${cron}" has not five fields.`);
  return FIELDS.map((field, index) => parseField(parts[index] as string, field, cron));
}

function parseField(text: string, { min, max }: Field, cron: string): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    const from = match?.[1] === undefined ? min : Number(match[1]);
    const isSingle = match?.[1] !== undefined && match[2] === undefined && match[3] === undefined;
    const to = match?.[2] === undefined ? (isSingle ? from : max) : Number(match[2]);
    const step = Number(match?.[3] ?? 1);
    if (!match || from < min || to > max || from > to || step < 1) {
      throw new Error(`The schedule "${cron}" holds "${part}", which is none.`);
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

function matchesTime([minute, hour]: readonly Set<number>[], at: Date): boolean {
  return Boolean(minute?.has(at.getUTCMinutes()) && hour?.has(at.getUTCHours()));
}

function matchesDay(fields: readonly Set<number>[], at: Date): boolean {
  const [day, month, weekday] = fields.slice(2) as [Set<number>, Set<number>, Set<number>];
  if (!month.has(at.getUTCMonth() + 1)) return false;
  // Where both days are named, either will do: so says POSIX.
  const isDay = day.has(at.getUTCDate());
  const isWeekday = weekday.has(at.getUTCDay());
  return day.size < 31 && weekday.size < 7 ? isDay || isWeekday : isDay && isWeekday;
}
