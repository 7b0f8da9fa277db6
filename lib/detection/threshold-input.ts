import { formatCount } from "@/lib/format";

/** The smallest and the largest number that a threshold may be. */
export type ThresholdRange = { min: number; max: number };

export const SENSITIVE_PATHS_MAX = 100;
const PATH_LENGTH_MAX = 200;

/** What is wrong with a number that a person chose, with what would be right; null where nothing is. */
export function numberProblem(value: unknown, { min, max }: ThresholdRange): string | null {
  const isRight = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  return isRight ? null : `Enter a whole number from ${formatCount(min)} to ${formatCount(max)}.`;
}

/** What is wrong with one sensitive path; null where nothing is. */
export function pathProblem(path: unknown): string | null {
  if (typeof path !== "string" || !path.startsWith("/")) return "A path begins with /, such as /admin/.";
  if (/^\/+$/.test(path)) return "This is the whole site: name a part of it, such as /admin/.";
  if (/[\s,?#]/.test(path)) return "A path holds no space, comma, question mark or number sign.";
  if (path.length > PATH_LENGTH_MAX) return `A path has ${PATH_LENGTH_MAX} characters at most.`;
  return null;
}

/** What is wrong with a list of sensitive paths; null where nothing is. */
export function pathsProblem(paths: unknown): string | null {
  if (!Array.isArray(paths)) return "Enter paths, such as /admin/.";
  if (paths.length > SENSITIVE_PATHS_MAX) return `There are ${SENSITIVE_PATHS_MAX} paths at most.`;
  const wrong = paths.find((path) => pathProblem(path) !== null);
  return wrong === undefined ? null : `${String(wrong) || "An empty path"}: ${pathProblem(wrong)}`;
}
