import type { Activity } from "@/lib/detection/activity";
import type { SampleRequest } from "@/lib/detection/finding";
import { hasSignal, type Signal } from "@/lib/detection/signals";
import { formatPlural, formatWait } from "@/lib/format";

const PATH_LENGTH_MAX = 80;
const PATHS_MAX = 2;

/** `9 minutes`: how long the visitor was at it. */
export function lastedWords({ firstAt, lastAt }: Pick<Activity, "firstAt" | "lastAt">): string {
  return formatWait((lastAt - firstAt) / 1000);
}

/** `214 requests in 9 minutes` */
export function pacedWords(count: number, one: string, activity: Activity, many = `${one}s`): string {
  const words = formatPlural(count, one, many);
  return count <= 1 || activity.lastAt === activity.firstAt ? words : `${words} in ${lastedWords(activity)}`;
}

/** `/.env, /wp-login.php and 37 other paths`; empty where no path is known. `total` counts distinct paths, named ones included. */
export function namedPaths(samples: readonly SampleRequest[], total: number): string {
  const paths = [...new Set(samples.map(({ path }) => shortPath(path)))];
  const named = paths.slice(0, PATHS_MAX);
  if (named.length === 0) return "";
  const rest = Math.max(total, paths.length) - named.length;
  if (rest > 0) return `${named.join(", ")} and ${formatPlural(rest, "other path")}`;
  return named.join(" and ");
}

/** ` Asked for /.env and /.git/config.` for the samples with a signal; empty where there are none. */
export function askedFor(samples: readonly SampleRequest[], signal: Signal): string {
  const own = samples.filter(({ signals }) => hasSignal(signals, signal));
  const named = namedPaths(own, new Set(own.map(({ path }) => path)).size);
  return named && ` Asked for ${named}.`;
}

/** A path that fits into a sentence: what is not visible ASCII is escaped, what is too long ends in an ellipsis. */
export function shortPath(path: string): string {
  const visible = path.slice(0, PATH_LENGTH_MAX + 1).replace(/[^\x20-\x7e]/g, "?");
  return visible.length > PATH_LENGTH_MAX ? `${visible.slice(0, PATH_LENGTH_MAX)}…` : visible;
}
