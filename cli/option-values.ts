import { InvalidArgumentError } from "commander";
import { parseDuration } from "@/lib/time-range";

/** What `--for` takes, in seconds. */
export function durationSeconds(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null) {
    throw new InvalidArgumentError(
      "A duration is a whole number and s, m, h, d or w, such as 15m, 24h or 7d.",
    );
  }
  return seconds;
}

/** What `--window` takes: a duration, as it was written. */
export function durationText(text: string): string {
  durationSeconds(text);
  return text.trim();
}

const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i;

/** What `--until` takes: a date (midnight UTC), or a date and time, in this machine's zone unless it names one. */
export function instant(text: string): Date {
  const at = ISO.test(text.trim()) ? new Date(text.trim().replace(" ", "T")) : null;
  if (!at || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError("A time is written like 2027-03-01T18:00Z or 2027-03-01.");
  }
  return at;
}

/** When a rule ends that is made now; null for never. */
export function expiryOf(options: { for?: number; until?: Date }, now: Date): Date | null {
  if (options.until) return options.until;
  return options.for === undefined ? null : new Date(now.getTime() + options.for * 1000);
}

/** What `--limit` and `--concurrency` take. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text.trim()) && value > 0) return value;
  throw new InvalidArgumentError("It is a whole number of at least 1.");
}

/** What `--speed` takes. */
export function factor(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text.trim()) && value > 0) return value;
  throw new InvalidArgumentError("It is a number above 0, such as 1, 60 or 0.5.");
}

/** What `--url` takes: the address of a site, without a path. */
export function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSite = url && /^https?:$/.test(url.protocol) && url.hostname !== "";
  if (isSite && url.pathname === "/" && url.search === "" && url.username === "") return url;
  throw new InvalidArgumentError(
    "It is the address of a site without a path, such as http://127.0.0.1:3000.",
  );
}
