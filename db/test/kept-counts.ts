import type { Database } from "@/db/client";
import { trafficRollups } from "@/db/schema-requests";
import { BUSY_HOUR } from "@/db/tops-sql";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const DAY_START = Date.UTC(2026, 2, 10);

/** An hour, counted from `DAY_START`, and minutes after it. */
export const hourAt = (hour: number, minutes = 0): number => DAY_START + hour * HOUR + minutes * 60_000;

/** An hour with requests, just busy where no number is given, and whether tops of it are kept. */
export type Counted = { at: number; requests?: number; isKept?: boolean };

/** Leaves in `traffic_rollups` the totals of these hours, and of hours and days the row that says that tops are kept. */
export async function keepCounts(
  db: Database,
  hours: readonly Counted[],
  days: readonly number[] = [],
): Promise<void> {
  const totals = hours.map(({ at, requests = BUSY_HOUR }) => {
    const third = Math.floor(requests / 3);
    const verdicts = { allowed: requests - 2 * third, blocked: third, limited: third };
    return { bucket: new Date(at), dimension: "total" as const, ...verdicts };
  });
  const made = (at: number, span: "hour" | "day") =>
    ({ bucket: new Date(at), dimension: "country", span }) as const;
  const rows = [
    ...totals,
    ...hours.filter(({ isKept }) => isKept).map(({ at }) => made(at, "hour")),
    ...days.map((at) => made(at, "day")),
  ];
  await db.delete(trafficRollups);
  if (rows.length > 0) await db.insert(trafficRollups).values(rows);
}
