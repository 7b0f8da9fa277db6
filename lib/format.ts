/** How numbers, shares and spans of time are said to people. English, 24 hours, a thin rule: units after the figure. */
const LOCALE = "en-GB";
const count = new Intl.NumberFormat(LOCALE);
const compact = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** `12,480` */
export function formatCount(value: number): string {
  return count.format(value);
}

/** `12k`, for the ticks of an axis. */
export function formatCompact(value: number): string {
  return compact.format(value).replace("K", "k");
}

/** `1 request`, `12,480 requests` */
export function formatPlural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** `2.5 %`; something that is not nothing never reads as `0 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return "0 %";
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.1) return "< 0.1 %";
  if (share < 100 && share > 99.9) return "> 99.9 %";
  return `${percent.format(share)} %`;
}

export type Change = { direction: "up" | "down" | "same" | "new"; text: string };

/** How a number stands against the one of the period before. */
export function changeBetween(before: number, now: number): Change {
  if (before === now) return { direction: "same", text: "± 0 %" };
  if (before === 0) return { direction: "new", text: "none before" };
  const ratio = now / before;
  const direction = ratio > 1 ? "up" : "down";
  if (ratio >= 10) return { direction, text: `× ${formatCount(Math.round(ratio))}` };
  const change = Math.abs(ratio - 1) * 100;
  const figure = change < 10 ? percent.format(Math.max(change, 0.1)) : formatCount(Math.round(change));
  return { direction, text: `${direction === "up" ? "+" : "−"}${figure} %` };
}

const SPANS: readonly [seconds: number, short: string, word: string][] = [
  [86_400, "d", "day"],
  [3600, "h", "hour"],
  [60, "min", "minute"],
  [1, "s", "second"],
];

function largestSpan(seconds: number): { value: number; short: string; word: string } {
  // From 36 hours on in days, from 90 minutes on in hours, from 90 seconds on in minutes.
  for (const [size, short, word] of SPANS) {
    if (size === 1 || seconds >= size * 1.5) return { value: Math.round(seconds / size), short, word };
  }
  return { value: 0, short: "s", word: "second" };
}

/** `3 h` */
export function formatSpan(seconds: number): string {
  const span = largestSpan(Math.max(0, seconds));
  return `${formatCount(span.value)} ${span.short}`;
}

/** `45 seconds`, `2 minutes`: rounded up, so that who waits that long has waited enough. */
export function formatWait(seconds: number): string {
  if (seconds <= 90) return formatPlural(Math.max(1, Math.ceil(seconds)), "second");
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? formatPlural(minutes, "minute") : formatPlural(Math.ceil(minutes / 60), "hour");
}

/** `in 3 h`, `5 min ago`, `now` */
export function formatRelative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) < 5) return "now";
  return seconds > 0 ? `in ${formatSpan(seconds)}` : `${formatSpan(-seconds)} ago`;
}

export type TimeStyle = "time" | "minute" | "log" | "day" | "full";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (value: number) => String(value).padStart(2, "0");

/**
 * A time in words of one fixed width, in UTC or in the reader's own zone. Not by Intl: its words differ between a server
 * and its readers' browsers, and text that differs is drawn twice.
 */
export function formatTime(at: Date, style: TimeStyle, zone: "local" | "UTC" = "local"): string {
  const shifted = zone === "UTC" ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  const date = `${two(shifted.getUTCDate())} ${MONTHS[shifted.getUTCMonth()]}`;
  const minute = `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`;
  const second = `${minute}:${two(shifted.getUTCSeconds())}`;
  switch (style) {
    case "time":
      return second;
    case "minute":
      return `${date}, ${minute}`;
    case "log":
      return `${date}, ${second}`;
    case "day":
      return `${DAYS[shifted.getUTCDay()]} ${date}`;
    case "full":
      return `${date} ${shifted.getUTCFullYear()}, ${second}`;
  }
}

/** `22 Nov 2025, 14:20:05 UTC` */
export function formatUtc(at: Date): string {
  return `${formatTime(at, "full", "UTC")} UTC`;
}

let regionNames: Intl.DisplayNames | null = null;

/** The English name of a country's two letters; the letters themselves where there is none. */
export function countryName(code: string | null): string {
  if (!code || !/^[A-Z]{2}$/.test(code)) return "Unknown";
  regionNames ??= new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });
  return regionNames.of(code) ?? code;
}
