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
 * what is passed in. With a trace, each stage leaves what it saw, for "Why?". Only a visit that is counted is waited for.
 */
export function evaluate(visit: Visit, deps: EvaluateDeps, trace?: Trace): Verdict | Promise<Verdict> {
  const ruled = addressStage(visit, trace) ?? rulesStage(visit, deps, trace);
  if (ruled) return ruled;
  const counted = limitStage(visit, deps, trace);
  if (!counted) return fallback(deps, trace);
  return counted.then((verdict) => verdict ?? fallback(deps, trace));
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
  const rule = rules.match(ip, hashes, seconds);
  trace?.push({
    stage: "allow rules",
    answered: rule > 0,
    note: rule > 0 ? `Allow rule ${rule} holds.` : "No allow rule holds.",
  });
  if (rule > 0) return { action: "allow", reason: "allow-rule", ruleId: rule, limits: [] };
  trace?.push({
    stage: "block rules",
    answered: rule < 0,
    note: rule < 0 ? `Block rule ${-rule} holds.` : "No block rule holds.",
  });
  return rule < 0 ? { action: "block", reason: "block-rule", ruleId: -rule } : null;
}

/** The answer that a count will give, or null where there is nothing to count. */
function limitStage(visit: Visit, deps: EvaluateDeps, trace?: Trace): Promise<Verdict | null> | null {
  if (visit.policy && deps.limit) return countedStage(visit, visit.policy, deps, deps.limit, trace);
  const note = visit.policy
    ? `Policy ${visit.policy} would count this request.`
    : "No policy limits this path.";
  trace?.push({ stage: "rate limit", answered: false, note });
  return null;
}

async function countedStage(
  visit: Visit,
  policyId: PolicyId,
  deps: EvaluateDeps,
  limit: NonNullable<EvaluateDeps["limit"]>,
  trace?: Trace,
): Promise<Verdict | null> {
  const identity: LimitIdentity =
    visit.userId === null
      ? { kind: "anonymous", ip: visit.ip as Ip }
      : { kind: "user", userId: visit.userId };
  const { outcome, states, retryAfterSeconds } = await limit(policyId, identity);
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
