import { type ActivityRequest, meantStatus } from "@/lib/detection/activity";
import type { Finding } from "@/lib/detection/finding";
import { scoreOver } from "@/lib/detection/rules/volume";
import { shortPath } from "@/lib/detection/sentences";
import { hasSignal } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatPlural } from "@/lib/format";

/** Somebody asked for a script that the site does not have. */
export type MissingScript = {
  readonly key: string;
  readonly network: string;
  /** As recorded. */
  readonly path: string;
};

/** A link that went stale leads to one place; who has dropped a script somewhere looks for it in many. */
const FOLDERS_MIN = 2;
/** The answers of a site to which somebody has been served nothing. */
export const REFUSALS: readonly number[] = [400, 401, 403, 404, 405];

/**
 * The requests with the signal `missing-script` of visitors to whom the site answered nothing but refusals, whatever they
 * asked for: the reference for the SQL of `db/`. Crawlers follow links that others have left behind, and do not count.
 */
export function missingScriptsOf(requests: readonly ActivityRequest[]): MissingScript[] {
  const isServed = ({ status, verdict }: ActivityRequest) =>
    verdict === "allow" && status !== null && !REFUSALS.includes(meantStatus(status));
  const served = new Set(requests.filter(isServed).map(({ key }) => key));
  return requests.filter(
    ({ key, signals }) =>
      hasSignal(signals, "missing-script") && !hasSignal(signals, "crawler-claim") && !served.has(key),
  );
}

/** What stands behind the last slash of a path, lower-case. */
export function scriptName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}

/**
 * The visitors who look for one and the same missing script, from several networks and in several folders: none of them
 * asks for much, together they are a search for what somebody has left behind. `missing` is of one day.
 */
export function findScriptSearches(
  missing: Iterable<MissingScript>,
  { scriptSearchNetworks: limit }: Thresholds,
): { key: string; finding: Finding }[] {
  const searches = new Map<string, MissingScript[]>();
  for (const one of missing) {
    const name = scriptName(one.path);
    const known = searches.get(name);
    if (known === undefined) searches.set(name, [one]);
    else known.push(one);
  }
  const found = new Map<string, Finding>();
  for (const [name, own] of searches) {
    const networks = new Set(own.map(({ network }) => network)).size;
    const folders = new Set(own.map(({ path }) => path.toLowerCase())).size;
    if (networks < limit || folders < FOLDERS_MIN) continue;
    const finding: Finding = {
      rule: "path-probing",
      score: scoreOver(networks, limit, 45, 70),
      sentence: `Asked for ${shortPath(name)}, which the site does not have, and for nothing that it has. Visitors of ${formatPlural(networks, "network")} searched ${formatPlural(folders, "folder")} for it within a day (limit: ${limit}).`,
      counts: { networks, folders },
      threshold: limit,
    };
    for (const { key } of own) if (!found.has(key)) found.set(key, finding);
  }
  return [...found].map(([key, finding]) => ({ key, finding }));
}
