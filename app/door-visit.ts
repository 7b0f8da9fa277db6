import { database } from "@/db/client";
import { type SessionOrigin, userOfSession } from "@/db/sessions";
import { readEnv, required } from "@/lib/env";
import { POLICIES, type Policy, type PolicyId } from "@/lib/guard/policy";
import {
  createRateLimiter,
  type LimitIdentity,
  type LimitResult,
  type RateLimiter,
} from "@/lib/guard/rate-limit";
import { readVisitMark, type VisitMark } from "@/lib/guard/visit-mark";
import { formatIp, formatRange, type Ip, networkOf, parseIp } from "@/lib/ip";
import { edgeStore } from "@/lib/redis";
import { readSession } from "@/lib/session";

/** What the door in front said of this request, or null where there was none. */
export function doorMark(headers: Headers): VisitMark | null {
  return readVisitMark(headers, required(readEnv(), "NEXTAUTH_SECRET"));
}

/** The visitor's address as the door saw it. */
export function visitorIp(mark: VisitMark | null): Ip | null {
  return mark?.ip ? parseIp(mark.ip) : null;
}

let limiter: RateLimiter | null = null;

/** The counter of this process. */
export function rateLimiter(): RateLimiter {
  const env = readEnv();
  limiter ??= createRateLimiter({
    redis: edgeStore(env),
    hashKey: required(env, "IP_HASH_KEY"),
    warn: (message) => console.warn(message),
  });
  return limiter;
}

/** What an audit row may say of a visit. */
export type VisitDetails = Readonly<Record<string, string>>;

export type CountedVisit = LimitResult & {
  requestId: string;
  ip: Ip | null;
  client: LimitIdentity;
  /** What is kept of where a session is begun. */
  origin: SessionOrigin;
  details: VisitDetails;
};

/**
 * The visit after it has been counted by the policy: by the door, as a rule; else here, so that an odd spelling of a
 * path that slipped past the door's policies dodges nothing. Null where no door has seen the request.
 */
export async function countVisit(headers: Headers, policyId: PolicyId): Promise<CountedVisit | null> {
  const mark = doorMark(headers);
  if (!mark) return null;
  const ip = visitorIp(mark);
  const client = await identityOf(headers, ip);
  const origin = { network: ip && formatRange(networkOf(ip)), userAgent: headers.get("user-agent") ?? "" };
  const visit = { requestId: mark.requestId, ip, client, origin, details: detailsOf(mark, ip) };
  const counted: LimitResult = { outcome: "within", states: mark.limits, retryAfterSeconds: 0 };
  if (mark.policy === policyId) return { ...visit, ...counted };
  const result = await rateLimiter().check(policyId, client);
  const policy: Policy = POLICIES[policyId];
  const isLetThrough = policy.whenUnavailable === "fail-mode" && readEnv().FAIL_MODE === "open";
  if (result.outcome === "unavailable" && isLetThrough) return { ...visit, ...result, outcome: "within" };
  return { ...visit, ...result };
}

async function identityOf(headers: Headers, ip: Ip | null): Promise<LimitIdentity> {
  const secret = required(readEnv(), "NEXTAUTH_SECRET");
  const claims = await readSession(headers.get("cookie"), secret, Date.now());
  const user = claims && (await userOfSession(database(), claims));
  if (user) return { kind: "user", userId: user.id };
  return ip ? { kind: "anonymous", ip } : { kind: "key", key: "no-address" };
}

/** What an audit row may say of the visit with these headers; null where no door has seen it. */
export function visitDetails(headers: Headers): VisitDetails | null {
  const mark = doorMark(headers);
  return mark && detailsOf(mark, visitorIp(mark));
}

// Never the address itself, unless the operator chose to keep addresses.
function detailsOf(mark: VisitMark, ip: Ip | null): VisitDetails {
  if (!ip) return { requestId: mark.requestId };
  const network = formatRange(networkOf(ip));
  const details = { requestId: mark.requestId, network };
  return readEnv().IP_PRIVACY === "plain" ? { ...details, ip: formatIp(ip) } : details;
}
