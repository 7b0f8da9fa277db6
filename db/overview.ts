import type { Querier } from "@/db/client";
import { type Counts, readSeries, requestsOf, type Step, totalOf } from "@/db/overview/series";
import {
  estimateCountryVisitors,
  type Place,
  placeOfKey,
  readPlaces,
  readTop,
  readTopOfHours,
  type TopEntry,
} from "@/db/overview/top";
import { countVisitors, isExact, type VisitorCount } from "@/db/overview/visitors";
import { type Window, windowsOf } from "@/db/overview/window";
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

async function readTops(db: Querier, span: Window, exact: boolean, listed: number): Promise<Tops> {
  if (exact) {
    const [countries, networks, paths, places] = await Promise.all([
      readTop(db, "country", span, COUNTRIES_MAX),
      readTop(db, "network", span, listed),
      readTop(db, "path", span, listed),
      readPlaces(db, span, PLACES_MAX),
    ]);
    return { countries, networks, paths, places };
  }
  const [countries, networks, paths, places] = await Promise.all([
    readTopOfHours(db, "country", span, COUNTRIES_MAX),
    readTopOfHours(db, "network", span, listed),
    readTopOfHours(db, "path", span, listed),
    readTopOfHours(db, "place", span, PLACES_MAX),
  ]);
  const first = countries.slice(0, COUNTRIES_ESTIMATED).map((country) => country.key);
  const visitors = await estimateCountryVisitors(db, first, span);
  return {
    countries: countries.map((entry) => ({ ...entry, visitors: visitors.get(entry.key) ?? null })),
    networks,
    paths,
    places: places.flatMap((entry) => placeOfKey(entry) ?? []),
  };
}

/**
 * Everything that the overview shows of a range that ends now, and of the one before it. Reads the requests
 * themselves where they are few and all on record; the counts by hour, and estimates of visitors, elsewhere.
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
  const period = async (window: Window, of: Counts): Promise<Period & { exact: boolean }> => {
    const exact = await isExact(db, window, requestsOf(of));
    return { counts: of, requests: requestsOf(of), visitors: await countVisitors(db, window, exact), exact };
  };
  const [{ exact, ...current }, { exact: _, ...before }] = await Promise.all([
    period(windows.current, counts),
    period(windows.before, countsBefore),
  ]);
  const tops = await readTops(db, windows.current, exact, options.listed ?? 8);
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
