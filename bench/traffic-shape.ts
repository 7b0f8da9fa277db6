// The shape of a public site's traffic, in numbers. It is drawn twice, as rows by `generate-requests` in SQL and as events
// by `made-events`; a test beside this file holds the two together. Taken from access logs of ordinary sites, rounded.

/** Requests of each hour of the day, UTC, as parts of the busiest. */
export const HOUR_WEIGHTS: readonly number[] = [
  0.45, 0.38, 0.34, 0.32, 0.34, 0.4, 0.5, 0.62, 0.75, 0.85, 0.92, 0.95, 0.94, 0.97, 1, 0.99, 0.96, 0.93, 0.9,
  0.88, 0.84, 0.76, 0.66, 0.55,
];
/** A Saturday or Sunday as a part of a working day. */
export const WEEKEND_WEIGHT = 0.7;

/** Addresses and paths follow Zipf's law: the n-th of so many has a share like 1/n, and is drawn as `size ^ random`. */
const ADDRESSES_PER_HUNDRED = 5;
export const PATHS = 5000;
export const AGENTS = 400;
export const REFERRERS = 60;
/** Addresses in one /24 or /48. */
export const ADDRESSES_PER_NETWORK = 8;
/** One visitor in so many comes by IPv6. */
export const ONE_IPV6_IN = 4;

/** Where visitors come from, in thousandths; what is missing to a thousand has no country. */
export const COUNTRIES: Readonly<Record<string, number>> = {
  US: 310,
  DE: 120,
  GB: 80,
  FR: 70,
  IN: 60,
  NL: 50,
  CA: 40,
  BR: 35,
  PL: 30,
  JP: 30,
  AU: 25,
  ES: 25,
  IT: 25,
  SE: 15,
  CH: 12,
  AT: 10,
  BE: 8,
  DK: 6,
  NO: 6,
  FI: 5,
  CZ: 5,
  RO: 5,
  UA: 5,
  KR: 4,
  SG: 4,
  ZA: 3,
  NG: 2,
  KE: 1,
  IS: 1,
  NZ: 1,
};
/** Cities of a country that visitors come from. */
export const CITIES_PER_COUNTRY = 12;

/** Of ten requests so many are for a file that a page needs; of five so many come from another site. */
export const ASSETS_IN_TEN = 3;
export const REFERRED_IN_FIVE = 2;
/** One request in so many is blocked, one in so many limited, and one in so many for what is not there. */
export const ONE_BLOCKED_IN = 60;
export const ONE_LIMITED_IN = 150;
export const ONE_MISSING_IN = 50;
/** Answers take this long at least, and less than the spread longer. */
export const DURATION_MIN_MS = 3;
export const DURATION_SPREAD_MS = 40;
/** One in so many sends something, and one in so many finds the site broken. */
export const ONE_POSTED_IN = 45;
export const ONE_BROKEN_IN = 2000;

const HOUR_MS = 3_600_000;

/** How many addresses so many requests come from. */
export const addressesOf = (requests: number): number => Math.ceil((requests * ADDRESSES_PER_HUNDRED) / 100);

/** How many of so many requests come in each hour of a span, as the hours of the day and the week have it. */
export function hoursOf(from: number, to: number, requests: number): { at: number; requests: number }[] {
  const hours: { at: number; weight: number }[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    const time = new Date(at);
    const isWeekend = time.getUTCDay() % 6 === 0;
    const share = Math.min(1, (to - at) / HOUR_MS);
    const weight = (HOUR_WEIGHTS[time.getUTCHours()] as number) * (isWeekend ? WEEKEND_WEIGHT : 1) * share;
    hours.push({ at, weight });
  }
  const total = hours.reduce((sum, { weight }) => sum + weight, 0);
  let [weights, given] = [0, 0];
  return hours.map(({ at, weight }) => {
    weights += weight;
    const until = Math.round((weights / total) * requests);
    const own = until - given;
    given = until;
    return { at, requests: own };
  });
}
