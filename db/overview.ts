import type { Querier } from "@/db/client";
import { type Cover, coverOf } from "@/db/overview/cover";
import { type Counts, readSeries, requestsOf, type Step, totalOf } from "@/db/overview/series";
import { estimateCountryVisitors, type Place, placeOfKey, readTop, type TopEntry } from "@/db/overview/top";
import { countVisitors, type VisitorCount } from "@/db/overview/visitors";
import { windowsOf } from "@/db/overview/window";
import { newestRequestAt } from "@/db/request-logs";
import { listSuspicious, readSuspicionPulse, type SuspiciousIpView } from "@/db/suspicious-ips";
import type { RangeName } from "@/lib/time-range";

export type { Counts, Place, TopEntry, VisitorCount };

const COUNTRIES_MAX = 250;
const PLACES_MAX = 400;
const COUNTRIES_ESTIMATED = 10;
const SUSPECTS_LISTED = 4;

export type TrafficStep = Step & { /** Requests in the same step of the period before. */ before: number };
export type Period = { counts: Counts; requests: number; visitors: VisitorCount };

export type Overview = {
  range: RangeName;
  from: Date;
  to: Date;
  stepSeconds: number;
  current: Period;
  before: Period;
  steps: TrafficStep[];
  countries: TopEntry[];
  networks: TopEntry[];
  paths: TopEntry[];
  places: Place[];
  /** The last request on record, in this range or before it. */
  newestAt: Date | null;
  /** Suspicious targets that need a decision now, whatever the range, and the worst of them. */
  openSuspects: number;
  worstSuspects: SuspiciousIpView[];
};

type Tops = Pick<Overview, "countries" | "networks" | "paths" | "places">;

async function readTops(db: Querier, cover: Cover, listed: number): Promise<Tops> {
  const [countries, networks, paths, places] = await Promise.all([
    readTop(db, "country", cover, COUNTRIES_MAX),
    readTop(db, "network", cover, listed),
    readTop(db, "path", cover, listed),
    readTop(db, "place", cover, PLACES_MAX),
  ]);
  const tops = { networks, paths, places: places.flatMap((entry) => placeOfKey(entry) ?? []) };
  if (cover.isExact) return { ...tops, countries };
  const first = countries.slice(0, COUNTRIES_ESTIMATED).map((country) => country.key);
  const visitors = await estimateCountryVisitors(db, first, cover);
  return {
    ...tops,
    countries: countries.map((entry) => ({ ...entry, visitors: visitors.get(entry.key) ?? null })),
  };
}

/**
 * Everything that the overview shows of a range that ends now, and of the one before it. Reads the requests
 * themselves where they are few and all on record; what is kept of hours and days, with estimates of visitors, elsewhere.
 */
export async function readOverview(
  db: Querier,
  range: RangeName,
  now: Date,
  options: { listed?: number } = {},
): Promise<Overview> {
  const windows = windowsOf(range, now);
  const [steps, stepsBefore, newestAt, { open: openSuspects }, worst] = await Promise.all([
    readSeries(db, windows.current, now),
    readSeries(db, windows.before, now),
    newestRequestAt(db),
    readSuspicionPulse(db),
    listSuspicious(db, { status: "open", order: "worst", limit: SUSPECTS_LISTED }, ""),
  ]);
  const [counts, countsBefore] = [totalOf(steps), totalOf(stepsBefore)];
  const [cover, coverBefore] = await Promise.all([
    coverOf(db, windows.current, requestsOf(counts)),
    coverOf(db, windows.before, requestsOf(countsBefore)),
  ]);
  const [visitors, visitorsBefore, tops] = await Promise.all([
    countVisitors(db, cover),
    countVisitors(db, coverBefore),
    readTops(db, cover, options.listed ?? 8),
  ]);
  const current = { counts, requests: requestsOf(counts), visitors };
  const before = { counts: countsBefore, requests: requestsOf(countsBefore), visitors: visitorsBefore };
  return {
    range,
    ...windows.current,
    current,
    before,
    steps: steps.map((step, index) => ({
      ...step,
      before: stepsBefore[index] ? requestsOf(stepsBefore[index]) : 0,
    })),
    ...tops,
    newestAt,
    openSuspects,
    worstSuspects: worst.rows,
  };
}
