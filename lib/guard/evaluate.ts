import { POLICIES, type Policy, type PolicyId } from "@/lib/guard/policy";
import type { LimitIdentity, LimitResult } from "@/lib/guard/rate-limit";
import type { RuleSet, VisitorHashes } from "@/lib/guard/rule-set";
import type { Trace, Verdict } from "@/lib/guard/verdict";
import type { Visit } from "@/lib/guard/visit";
import { formatIp, type Ip } from "@/lib/ip";

export type EvaluateDeps = {
  /** The rules of this door, or null where it has none yet. */
  rules: RuleSet | null;
  failMode: "open" | "closed";
  hashesOf: (ip: Ip) => VisitorHashes;
  /** Counts the request; null where nothing may be counted, as when somebody only asks what would happen. */
  limit: ((policyId: PolicyId, identity: LimitIdentity) => Promise<LimitResult>) | null;
};

/**
 * Decides about a visit: allow rule, block rule, rate limit, else allow; the first stage that answers wins. Pure but for
 * what is passed in. With a trace, each stage leaves what it saw, for "Why?".
 */
export async function evaluate(visit: Visit, deps: EvaluateDeps, trace?: Trace): Promise<Verdict> {
  return (
    addressStage(visit, trace) ??
    rulesStage(visit, deps, trace) ??
    (await limitStage(visit, deps, trace)) ??
    fallback(deps, trace)
  );
}

function addressStage(visit: Visit, trace?: Trace): Verdict | null {
  const answered = visit.ip === null;
  trace?.push({
    stage: "address",
    answered,
    note: visit.ip ? `The visitor is ${formatIp(visit.ip)}.` : "No address could be read: refused.",
  });
  return answered ? { action: "block", reason: "no-address" } : null;
}

function rulesStage(visit: Visit, deps: EvaluateDeps, trace?: Trace): Verdict | null {
  const { rules } = deps;
  if (!rules) {
    const closed = deps.failMode === "closed";
    trace?.push({
      stage: "rules",
      answered: closed,
      note: `This door has no rules yet; FAIL_MODE is ${deps.failMode}.`,
    });
    return closed ? { action: "block", reason: "rules-unavailable" } : null;
  }
  if (rules.size === 0) {
    trace?.push({ stage: "rules", answered: false, note: "There are no rules." });
    return null;
  }
  const ip = visit.ip as Ip;
  const hashes = rules.needsHashes ? deps.hashesOf(ip) : null;
  const seconds = Math.floor(visit.at / 1000);
  const allowed = rules.find("allow", ip, hashes, seconds);
  trace?.push({
    stage: "allow rules",
    answered: allowed > 0,
    note: allowed ? `Allow rule ${allowed} holds.` : "No allow rule holds.",
  });
  if (allowed) return { action: "allow", reason: "allow-rule", ruleId: allowed, limits: [] };
  const blocked = rules.find("block", ip, hashes, seconds);
  trace?.push({
    stage: "block rules",
    answered: blocked > 0,
    note: blocked ? `Block rule ${blocked} holds.` : "No block rule holds.",
  });
  return blocked ? { action: "block", reason: "block-rule", ruleId: blocked } : null;
}

async function limitStage(visit: Visit, deps: EvaluateDeps, trace?: Trace): Promise<Verdict | null> {
  const policyId = visit.policy;
  if (!policyId) {
    trace?.push({ stage: "rate limit", answered: false, note: "No policy limits this path." });
    return null;
  }
  if (!deps.limit) {
    trace?.push({
      stage: "rate limit",
      answered: false,
      note: `Policy ${policyId} would count this request.`,
    });
    return null;
  }
  const identity: LimitIdentity =
    visit.userId === null
      ? { kind: "anonymous", ip: visit.ip as Ip }
      : { kind: "user", userId: visit.userId };
  const { outcome, states, retryAfterSeconds } = await deps.limit(policyId, identity);
  trace?.push({
    stage: "rate limit",
    answered: outcome !== "within",
    note: `Policy ${policyId}: ${outcome}.`,
  });
  switch (outcome) {
    case "within":
      return { action: "allow", reason: "within-limit", policy: policyId, limits: states };
    case "exceeded":
      return { action: "limit", reason: "rate-limit", policy: policyId, limits: states, retryAfterSeconds };
    case "unavailable": {
      const policy: Policy = POLICIES[policyId];
      if (policy.whenUnavailable === "fail-mode" && deps.failMode === "open") return null;
      return {
        action: "limit",
        reason: "limiter-unavailable",
        policy: policyId,
        limits: [],
        retryAfterSeconds,
      };
    }
  }
}

function fallback(deps: EvaluateDeps, trace?: Trace): Verdict {
  trace?.push({ stage: "default", answered: true, note: "Nothing speaks against it: allowed." });
  return { action: "allow", reason: deps.rules ? "default" : "degraded", limits: [] };
}
