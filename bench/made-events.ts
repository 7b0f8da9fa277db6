import {
  ADDRESSES_PER_NETWORK,
  AGENTS,
  ASSETS_IN_TEN,
  addressesOf,
  DURATION_MIN_MS,
  DURATION_SPREAD_MS,
  hoursOf,
  ONE_BLOCKED_IN,
  ONE_IPV6_IN,
  ONE_LIMITED_IN,
  ONE_MISSING_IN,
  PATHS,
  REFERRED_IN_FIVE,
  REFERRERS,
} from "@/bench/traffic-shape";
import { kindOf, type RequestEvent } from "@/lib/events/request-event";
import type { TimeRange } from "@/lib/time-range";
import { uuidAt } from "@/lib/uuid";

const HOUR_MS = 3_600_000;
const NO_HEADERS = { get: () => null };
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox";

/**
 * Request events of a site whose traffic has the shape of `traffic-shape`, in the order of their times: what a door would
 * have sent. Addresses are spread over the whole of IPv4, as those of visitors are.
 */
export function makeEvents(count: number, window: TimeRange): RequestEvent[] {
  const addresses = addressesOf(count);
  const events: RequestEvent[] = [];
  for (const { at, requests } of hoursOf(window.from.getTime(), window.to.getTime(), count)) {
    const length = Math.min(HOUR_MS, window.to.getTime() - at);
    for (let n = 0; n < requests; n++)
      events.push(
        makeEvent(Math.floor(at + (length * (n + Math.random())) / requests), addresses, events.length),
      );
  }
  return events;
}

const zipf = (size: number) => Math.floor(size ** Math.random());

function makeEvent(at: number, addresses: number, number: number): RequestEvent {
  const visitor = zipf(addresses);
  const page = zipf(PATHS);
  const isAsset = number % 10 < ASSETS_IN_TEN;
  const path = isAsset ? `/assets/${page}.png` : `/products/${page}/a-name-of-some-length`;
  const isBlocked = number % ONE_BLOCKED_IN === 1;
  const isLimited = number % ONE_LIMITED_IN === 2;
  const isMissing = number % ONE_MISSING_IN === 0;
  return {
    id: uuidAt(at),
    at,
    ip: addressOf(visitor),
    method: number % 40 === 0 ? "POST" : "GET",
    host: "www.example.org",
    path,
    query: number % 8 === 0 ? `page=${page}&sort=price` : null,
    status: isBlocked ? 403 : isLimited ? 429 : isMissing ? 404 : 200,
    durationMs: DURATION_MIN_MS + (number % DURATION_SPREAD_MS),
    userAgent: `${BROWSER}/${visitor % AGENTS}.0`,
    referrerHost: number % 5 < REFERRED_IN_FIVE ? `site-${page % REFERRERS}.example` : null,
    verdict: isBlocked ? "block" : isLimited ? "limit" : "allow",
    reason: isBlocked ? "block-rule" : isLimited ? "rate-limit" : "default",
    ruleId: isBlocked ? 1 : null,
    policy: null,
    door: "node",
    kind: kindOf(path, NO_HEADERS),
    userId: null,
    place: null,
  };
}

/** Neighbours in rank are none in the network: busy visitors seldom share one. */
function addressOf(visitor: number): string {
  const network = Math.imul(Math.floor(visitor / ADDRESSES_PER_NETWORK) + 1, 0x9e3779b1) >>> 0;
  if (visitor % ONE_IPV6_IN === 1)
    return `2a00:${(network >>> 16).toString(16)}:${(network & 0xffff).toString(16)}::${(visitor % 9) + 1}`;
  const first = 1 + ((network >>> 24) % 222);
  return `${first}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${visitor % 256}`;
}
