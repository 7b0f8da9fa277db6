/** Round values from 0 on, at most four above it, the last at or above `max`: 0, 50, 100, 150. */
export function valueTicks(max: number): number[] {
  if (max <= 0) return [0, 1];
  const rough = max / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    [1, 2, 2.5, 5, 10].map((each) => each * magnitude).find((each) => each >= rough) ?? 1,
  );
  const whole = Math.ceil(step);
  const count = Math.ceil(max / whole);
  return Array.from({ length: count + 1 }, (_, index) => index * whole);
}

const MINUTE_MS = 60_000;

/** Minutes since midnight, and the day, of a time as its reader's clock shows it. */
function onClock(at: number, zoneOffsetMinutes: number): { minute: number; day: number } {
  const local = Math.floor(at / MINUTE_MS) - zoneOffsetMinutes;
  return { minute: ((local % 1440) + 1440) % 1440, day: Math.floor(local / 1440) };
}

/**
 * The steps that a time axis names: quarters of an hour, every sixth hour, or the first step of a day, at most `max` of
 * them. `zoneOffset` is that of `Date.getTimezoneOffset`.
 */
export function timeTicks(
  steps: readonly number[],
  stepSeconds: number,
  zoneOffset: (at: number) => number,
  max: number,
): number[] {
  const span = steps.length * stepSeconds;
  const isNamed = (at: number, index: number): boolean => {
    const { minute, day } = onClock(at, zoneOffset(at));
    if (span <= 2 * 3600) return minute % 15 === 0;
    if (span <= 36 * 3600) return Math.floor(minute / 60) % 6 === 0 && minute % 60 < stepSeconds / 60;
    const previous = steps[index - 1];
    return previous !== undefined && onClock(previous, zoneOffset(previous)).day !== day;
  };
  const named = steps.filter(isNamed);
  const every = Math.max(1, Math.ceil(named.length / max));
  return named.filter((_, index) => index % every === 0);
}
