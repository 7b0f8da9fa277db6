import {
  clientIp,
  isPeerTrusted,
  isPlatformBelieved,
  type Platform,
  type ProxyTrust,
  parseTrustedProxies,
  platformGeo,
} from "@/lib/client-ip";
import { type Env, required } from "@/lib/env";
import { EventBuffer } from "@/lib/events/buffer";
import {
  CUT,
  cut,
  type DoorName,
  kindOf,
  type RequestEvent,
  referrerHostOf,
} from "@/lib/events/request-event";
import { EventStore } from "@/lib/events/store";
import { type EvaluateDeps, evaluate } from "@/lib/guard/evaluate";
import { policyFor } from "@/lib/guard/policy";
import { createRateLimiter } from "@/lib/guard/rate-limit";
import type { RuleSet } from "@/lib/guard/rule-set";
import { parsePublication } from "@/lib/guard/rule-set-codec";
import { RuleSetSource } from "@/lib/guard/rule-set-source";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { readSessionList, SESSION_WAIT_MS, SessionList } from "@/lib/guard/session-list";
import type { Verdict } from "@/lib/guard/verdict";
import type { Visit } from "@/lib/guard/visit";
import { writeVisitMark } from "@/lib/guard/visit-mark";
import { VisitorHashCache } from "@/lib/guard/visitor-hashes";
import { formatIp, type Ip } from "@/lib/ip";
import { edgeStore } from "@/lib/redis";
import { readSession, type SessionClaims, sessionCookieName } from "@/lib/session";
import { uuidAt } from "@/lib/uuid";

/** A request as a door sees it, whatever the runtime's own request looks like. */
export type DoorRequest = {
  method: string;
  /** The target as it was sent: path and query, or an absolute address. */
  target: string;
  headers: { get(name: string): string | null };
  /** The socket's address, null where the runtime does not know it. */
  peer: string | null;
  /** Milliseconds since 1970, other than now only for a replay. */
  at?: number;
};

export type Decision = {
  visit: Visit;
  verdict: Verdict;
  request: DoorRequest;
  query: string | null;
  door: DoorName;
};

export type Outcome = { status: number | null; durationMs: number | null };

const APPEND_TIMEOUT_MS = 3000;

/** One door: what it knows of the rules, and what it has seen and not yet sent. */
export class Door {
  readonly rules: RuleSetSource;
  readonly events: EventBuffer;
  readonly trust: ProxyTrust;
  readonly #platform: Platform;
  readonly #ask: Pick<EvaluateDeps, "hashesOf" | "limit">;
  readonly #secret: string;
  readonly #cookieName: string;
  readonly #sessions: SessionList;

  constructor(
    readonly name: DoorName,
    readonly env: Env,
    warn: (message: string) => void = console.warn,
  ) {
    const redis = edgeStore(env);
    // Nobody waits for a batch of events: it may take longer than an answer that a visitor waits for.
    const store = new EventStore(edgeStore(env, { timeoutMs: APPEND_TIMEOUT_MS }));
    const eventsMax = env.EVENT_BUFFER_MAX;
    const hashKey = required(env, "IP_HASH_KEY");
    this.#secret = required(env, "NEXTAUTH_SECRET");
    this.#cookieName = sessionCookieName(env);
    this.#sessions = new SessionList({
      fetch: () => readSessionList(edgeStore(env, { timeoutMs: SESSION_WAIT_MS, retries: 0 })),
      ttlSeconds: env.RULE_SET_TTL,
    });
    this.trust = parseTrustedProxies(env.TRUSTED_PROXIES);
    this.#platform = platformOf(env);
    const hashes = new VisitorHashCache(hashKey);
    const limiter = createRateLimiter({ redis, hashKey });
    this.#ask = {
      hashesOf: (ip) => hashes.get(ip),
      limit: (policyId, identity) => limiter.check(policyId, identity),
    };
    // Events that wait go with the question for the publication: one command does both.
    const ask = async () =>
      (await this.events.ride((batch, dropped) => store.append(batch, dropped, eventsMax, redis))) ??
      (await store.readPublication(redis));
    this.rules = new RuleSetSource({ fetch: ruleSetFetcher(redis, ask), ttlSeconds: env.RULE_SET_TTL, warn });
    this.events = new EventBuffer({
      append: (batch, dropped) => store.append(batch, dropped, eventsMax),
      sealKey: required(env, "EVENT_SEAL_KEY"),
      flushMs: env.EVENT_FLUSH_MS,
      warn,
      onPublication: (text) => {
        const publication = parsePublication(text);
        if (publication) this.rules.noteVersion(publication.id);
      },
    });
  }

  /**
   * Decides about a request; with `door` named, in the name of another server that asks. At once where nothing has to be
   * waited for, as for most visitors: each promise costs, and Next.js traces every one of them.
   */
  decide(request: DoorRequest, door: DoorName = this.name): Decision | Promise<Decision> {
    const at = request.at ?? Date.now();
    const { path, query } = splitTarget(request.target);
    const ip = this.#clientIp(request);
    const visit: Visit = {
      id: uuidAt(at),
      at,
      ip,
      method: request.method,
      path,
      policy: policyFor(path),
      userId: null,
    };
    const session = readSession(request.headers.get("cookie"), this.#secret, at, this.#cookieName);
    const verdict = session ? this.#verdictFor(session, visit) : this.#verdictOf(visit);
    if (verdict instanceof Promise)
      return verdict.then((found) => ({ visit, verdict: found, request, query, door }));
    return { visit, verdict, request, query, door };
  }

  #verdictOf(visit: Visit): Verdict | Promise<Verdict> {
    const rules = this.rules.get();
    if (rules instanceof Promise) return rules.then((found) => this.#evaluate(visit, found));
    return this.#evaluate(visit, rules);
  }

  /** The verdict about somebody who brought what may be a session. */
  async #verdictFor(reading: Promise<SessionClaims | null>, visit: Visit): Promise<Verdict> {
    const session = await reading;
    // Asked for beside the rules, so that a store that hangs holds nobody twice.
    const isOn = session && this.#sessions.isOn(session.sessionId);
    const rules = await this.rules.get();
    if (session && (await isOn)) visit.userId = session.userId;
    return this.#evaluate(visit, rules);
  }

  #evaluate(visit: Visit, rules: RuleSet | null): Verdict | Promise<Verdict> {
    const { hashesOf, limit } = this.#ask;
    return evaluate(visit, { rules, failMode: this.env.FAIL_MODE, hashesOf, limit });
  }

  /** Records what became of a visit; the promise is the flush that carries it, for runtimes that must wait for it. */
  record(decision: Decision, outcome: Outcome): Promise<void> {
    return this.events.record(this.#eventOf(decision, outcome));
  }

  /** The header value that tells what stands behind this door about the visit. */
  mark({ visit, verdict, request }: Decision): string {
    const { id, ip, policy } = visit;
    const limits = verdict.action === "allow" ? [...verdict.limits] : [];
    const mark = { requestId: id, ip: ip && formatIp(ip), target: request.target, policy, limits };
    return writeVisitMark(mark, this.#secret);
  }

  isPeerTrusted(peer: string | null): boolean {
    return isPeerTrusted(peer, this.trust);
  }

  #clientIp(request: DoorRequest): Ip | null {
    const { headers, peer } = request;
    const forwardedHeader = this.env.FORWARDED_HEADER;
    return (
      clientIp({ headers, peer, trust: this.trust, platform: this.#platform, forwardedHeader })?.ip ?? null
    );
  }

  #eventOf({ visit, verdict, request, query, door }: Decision, outcome: Outcome): RequestEvent {
    const { headers, peer } = request;
    const believed = isPlatformBelieved(peer, this.trust);
    return {
      id: visit.id,
      at: visit.at,
      ip: visit.ip && formatIp(visit.ip),
      method: cut(visit.method, CUT.method),
      host: cut(headers.get("host")?.toLowerCase() ?? "", CUT.host) || null,
      path: cut(visit.path, CUT.path),
      query: query === null ? null : cut(query, CUT.query),
      status: outcome.status,
      durationMs: outcome.durationMs,
      userAgent: cut(headers.get("user-agent") ?? "", CUT.userAgent),
      referrerHost: referrerHostOf(headers.get("referer")),
      verdict: verdict.action,
      reason: verdict.reason,
      ruleId: "ruleId" in verdict ? verdict.ruleId : null,
      policy: visit.policy,
      door,
      kind: kindOf(visit.path, headers),
      userId: visit.userId,
      place: this.#platform ? platformGeo(headers, this.#platform, believed) : null,
    };
  }
}

/** The platform whose own headers are believed: the one that is named, or Vercel where it runs us. */
export function platformOf(env: Env): Platform {
  const named = env.TRUSTED_PLATFORM ?? (env.VERCEL ? "vercel" : "none");
  return named === "none" ? null : named;
}

/** Path and query of a request target; of an absolute one (a proxy request) the whole address is the path. */
export function splitTarget(target: string): { path: string; query: string | null } {
  const end = target.indexOf("?");
  if (end === -1) return { path: target || "/", query: null };
  return { path: target.slice(0, end) || "/", query: target.slice(end + 1) };
}
