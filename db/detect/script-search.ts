import { NATURE_SQL } from "@/db/activity/nature";
import { type Database, sqlState } from "@/db/client";
import { type Evidence, readEvidence } from "@/db/detect/evidence";
import type { Flagged } from "@/db/detect/flagged";
import { mayMissScript } from "@/db/request-keys";
import { isVisitor, isWithin } from "@/db/visitor-index";
import { findScriptSearches } from "@/lib/detection/rules";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

const DAY_MS = 86_400_000;
/** Requests of searches that are minded at once: more of them would only add visitors to cases that stand anyway. */
const REQUESTS_MAX = 20_000;
const TIMEOUT_MS = 20_000;
/** Visitors whose requests are read at once. */
const BATCH = 200;
/** What tells most of these visitors is what they did not get. */
const FAILED_ONLY = { claimsCrawler: false, signals: {}, failed: 1 };
const QUERY_CANCELED = "57014";

type Row = { key: string; network: string; path: string; isRecent: boolean; isKnown: boolean };

/**
 * Those who looked for one missing script together within the day that ends with the window. A visitor comes up in the
 * hours in which it asks, and once when others have made a search of what it asked before; not again for what is told.
 */
export async function findScriptSearchers(
  db: Database,
  thresholds: Thresholds,
  window: TimeRange,
): Promise<Flagged[]> {
  const day = { from: new Date(window.to.getTime() - DAY_MS), to: window.to };
  const rows = await readSearches(db, thresholds, day, window.from);
  const news = new Set(rows.filter(({ isRecent, isKnown }) => isRecent || !isKnown).map(({ key }) => key));
  const found = findScriptSearches(rows, thresholds).filter(({ key }) => news.has(key));
  const evidence = new Map<string, Evidence>();
  for (let at = 0; at < found.length; at += BATCH) {
    const seen = found.slice(at, at + BATCH).map(({ key }) => ({ key, ...FAILED_ONLY }));
    for (const [key, own] of await readEvidence(db, seen, day)) evidence.set(key, own);
  }
  const networks = new Map(rows.map(({ key, network }) => [key, network]));
  return found.map(({ key, finding }) => ({
    target: key,
    kind: "hash",
    network: networks.get(key) ?? "",
    ip: evidence.get(key)?.ip ?? null,
    crawler: "none",
    findings: [finding],
    samples: evidence.get(key)?.samples ?? [],
    window: day,
  }));
}

const shows = (bit: number) => `signals & ${bit} <> 0`;

/** As `missingScriptsOf` of `lib/detection`, of those scripts alone that enough networks look for. */
async function readSearches(
  db: Database,
  { scriptSearchNetworks }: Thresholds,
  day: TimeRange,
  recent: Date,
): Promise<Row[]> {
  const text = `
    with missing as materialized (
      select id, ip_hash, network, path, lower(substring(path from '[^/]*$')) as name
      from (
        select log.id, ip_hash, network, coalesce(path, texts.text) as path
        from request_rows log left join texts on texts.id = path_id
        where log.id >= $1::uuid and log.id < $2::uuid and ${mayMissScript("log")}
          and ${shows(SIGNAL_BITS["missing-script"])}
          and not ${shows(SIGNAL_BITS["crawler-claim"])}
      ) as request
    ), unserved as materialized (
      select ip_hash from (select distinct ip_hash from missing) as visitor
      where not exists (
        select from request_rows seen
        where ${isVisitor("seen", "visitor.ip_hash")} and ${isWithin("seen.id", "$1", "$2")} and ${NATURE_SQL.served}
      )
    ), searches as (
      select name from missing join unserved using (ip_hash) group by 1
      having count(distinct network) >= $3::int and count(distinct lower(path)) > 1
    )
    select encode(ip_hash, 'hex') as key, network::text, path, id >= $4::uuid as "isRecent",
      exists (select from suspicious_ips where target = encode(ip_hash, 'hex')) as "isKnown"
    from missing join unserved using (ip_hash) join searches using (name)
    order by id desc limit ${REQUESTS_MAX}`;
  try {
    return await db.$client.begin(async (sql) => {
      await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`;
      return sql.unsafe<Row[]>(text, [
        uuidFloor(day.from),
        uuidFloor(day.to),
        String(scriptSearchNetworks),
        uuidFloor(recent),
      ]);
    });
  } catch (error) {
    // The hour's own findings are worth more than this one.
    if (sqlState(error) === QUERY_CANCELED) return [];
    throw error;
  }
}
