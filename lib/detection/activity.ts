import { countBits, distinctBit, estimateDistinct } from "@/lib/detection/distinct";
import { hasSignal, SIGNALS, type Signal } from "@/lib/detection/signals";
import type { RequestKind } from "@/lib/events/request-event";
import type { Action } from "@/lib/guard/verdict";

/** One request as detection sees it: what the record keeps of it, the query string gone and its signals stored. */
export type ActivityRequest = {
  /** The visitor: the hash of its address, or the address. */
  readonly key: string;
  /** /24 or /48 in CIDR text. */
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Without the query. */
  readonly path: string;
  readonly userAgent: string;
  /** null where the door does not see the response. */
  readonly status: number | null;
  readonly kind: RequestKind;
  readonly signals: number;
  readonly verdict: Action;
  readonly signedIn: boolean;
};

/** What one visitor did in a window. */
export type Activity = {
  key: string;
  network: string;
  requests: number;
  /** What the limits count: see `isCounted`. */
  counted: number;
  /** Requests that showed each signal; without the asset's, which says nothing against anybody. */
  signals: Partial<Record<Signal, number>>;
  /** Whether the site answered a counted request, and not as one that `failed`. */
  answeredOtherwise: boolean;
  /**
   * Counted requests that the site answered 400, 403 or 404, without the signal `well-known`. What the guard itself
   * refused (verdict `block` or `limit`) is not the site's answer.
   */
  failed: number;
  /** Distinct paths of these, estimated. */
  failedPaths: number;
  /** Distinct paths of the counted requests, estimated. */
  distinctPaths: number;
  /** Distinct user agents, estimated. */
  userAgents: number;
  loginFailures: number;
  loginAttempts: number;
  /** Requests for a sensitive path that the site answered 401, 403 or 404. */
  sensitiveRefused: number;
  /** Requests for an administration interface that the site answered 400, 403, 404 or 405. */
  adminRefused: number;
  /** Requests with a probe among their signals (`PROBES`), or answered 400, 403 or 404. */
  probes: number;
  /** Hours of the clock with a request in them; of a window of at most 64 hours. */
  activeHours: number;
  firstAt: number;
  lastAt: number;
  claimsCrawler: boolean;
  signedIn: boolean;
  blocked: number;
  limited: number;
};

/** Signals of somebody who looks for a weakness, in the order of SIGNALS. */
export const PROBES = [
  "sensitive-file",
  "traversal",
  "injection",
  "known-exploit",
  "open-proxy",
  "malformed",
  "admin-probe",
] as const satisfies readonly Signal[];

export const FAILED_STATUSES: readonly number[] = [400, 403, 404];
export const SENSITIVE_REFUSED_STATUSES: readonly number[] = [401, 403, 404];
export const ADMIN_REFUSED_STATUSES: readonly number[] = [400, 403, 404, 405];
const HOUR = 3_600_000;
/** Gone is not found; nginx's closed connection, the joke status that sites give to robots, and the legal one are refusals. */
const MEANT: ReadonlyMap<number, number> = new Map([
  [410, 404],
  [418, 403],
  [444, 403],
  [451, 403],
]);

/** What the site means by a status that says the same as a commoner one. */
export function meantStatus(status: number): number {
  return MEANT.get(status) ?? status;
}

type Gathering = {
  activity: Activity;
  paths: bigint;
  failedPaths: bigint;
  userAgents: bigint;
  hours: bigint;
};

/** The activity of every visitor, in one pass: the reference that the SQL of `db/` must agree with. */
export function gatherActivity(requests: Iterable<ActivityRequest>): Map<string, Activity> {
  const gatherings = new Map<string, Gathering>();
  for (const request of requests) {
    let gathering = gatherings.get(request.key);
    if (gathering === undefined) {
      gathering = startGathering(request);
      gatherings.set(request.key, gathering);
    }
    add(gathering, request);
  }
  return new Map([...gatherings].map(([key, gathering]) => [key, finish(gathering)]));
}

function startGathering({ key, network, at }: ActivityRequest): Gathering {
  const activity: Activity = {
    key,
    network,
    requests: 0,
    counted: 0,
    signals: {},
    answeredOtherwise: false,
    failed: 0,
    failedPaths: 0,
    distinctPaths: 0,
    userAgents: 0,
    loginFailures: 0,
    loginAttempts: 0,
    sensitiveRefused: 0,
    adminRefused: 0,
    probes: 0,
    activeHours: 0,
    firstAt: at,
    lastAt: at,
    claimsCrawler: false,
    signedIn: false,
    blocked: 0,
    limited: 0,
  };
  return { activity, paths: 0n, failedPaths: 0n, userAgents: 0n, hours: 0n };
}

function add(gathering: Gathering, request: ActivityRequest): void {
  const { activity } = gathering;
  const { signals, status } = request;
  // What the guard itself answered says nothing about the site.
  const siteStatus = request.verdict === "allow" && status !== null ? meantStatus(status) : null;
  const answered = (statuses: readonly number[]) => siteStatus !== null && statuses.includes(siteStatus);
  const counts = isCounted(request);
  const isFailed = counts && answered(FAILED_STATUSES) && !hasSignal(signals, "well-known");
  activity.requests++;
  if (counts) {
    activity.counted++;
    gathering.paths |= 1n << BigInt(distinctBit(request.path));
    if (siteStatus !== null && !isFailed) activity.answeredOtherwise = true;
  }
  if (isFailed) {
    activity.failed++;
    gathering.failedPaths |= 1n << BigInt(distinctBit(request.path));
  }
  for (const signal of SIGNALS) {
    if (signal !== "asset" && hasSignal(signals, signal))
      activity.signals[signal] = (activity.signals[signal] ?? 0) + 1;
  }
  if (isFailed || PROBES.some((signal) => hasSignal(signals, signal))) activity.probes++;
  if (hasSignal(signals, "login-failure")) activity.loginFailures++;
  if (hasSignal(signals, "login-attempt")) activity.loginAttempts++;
  if (hasSignal(signals, "crawler-claim")) activity.claimsCrawler = true;
  if (hasSignal(signals, "sensitive-path") && answered(SENSITIVE_REFUSED_STATUSES)) {
    activity.sensitiveRefused++;
  }
  if (hasSignal(signals, "admin-probe") && answered(ADMIN_REFUSED_STATUSES)) activity.adminRefused++;
  if (request.signedIn) activity.signedIn = true;
  if (request.verdict === "block") activity.blocked++;
  if (request.verdict === "limit") activity.limited++;
  gathering.userAgents |= 1n << BigInt(distinctBit(request.userAgent));
  gathering.hours |= 1n << BigInt(Math.floor(request.at / HOUR) % 64);
  activity.firstAt = Math.min(activity.firstAt, request.at);
  activity.lastAt = Math.max(activity.lastAt, request.at);
}

function finish({ activity, paths, failedPaths, userAgents, hours }: Gathering): Activity {
  return {
    ...activity,
    distinctPaths: distinctOf(paths, activity.counted),
    failedPaths: distinctOf(failedPaths, activity.failed),
    userAgents: distinctOf(userAgents, activity.requests),
    activeHours: countBits(hours),
  };
}

/**
 * Whether limits count a request: pages and API calls, no prefetches, no data of an open page, no assets by kind or signal,
 * and nothing of somebody who is signed in here.
 */
export function isCounted({
  kind,
  signals,
  signedIn,
}: Pick<ActivityRequest, "kind" | "signals" | "signedIn">): boolean {
  return (kind === "page" || kind === "api") && !signedIn && !hasSignal(signals, "asset");
}

/** How many distinct ones a bitmap tells of; an estimate can be more than there were requests. */
export function distinctOf(bitmap: bigint, requests: number): number {
  return Math.min(estimateDistinct(bitmap), requests);
}
