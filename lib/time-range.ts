/** A half-open span of time: `from <= t && t < to`. */
export type TimeRange = { readonly from: Date; readonly to: Date };

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const YEARS_10_SECONDS = 315_360_000;

/** Seconds of a duration such as `90s`, `15m`, `24h`, `7d`, `2w`; null where it is none or is over ten years. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})\s*([smhdw])$/.exec(text.trim().toLowerCase());
  if (!match) return null;
  const seconds = Number(match[1]) * (UNIT_SECONDS[match[2] as string] as number);
  return seconds > 0 && seconds <= YEARS_10_SECONDS ? seconds : null;
}

export const RANGE_SECONDS = { "1h": 3600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 } as const;
export type RangeName = keyof typeof RANGE_SECONDS;

export function isRangeName(text: unknown): text is RangeName {
  return typeof text === "string" && Object.hasOwn(RANGE_SECONDS, text);
}

/** The named range that ends now. */
export function rangeUntil(now: Date, name: RangeName): TimeRange {
  return { from: new Date(now.getTime() - RANGE_SECONDS[name] * 1000), to: now };
}
