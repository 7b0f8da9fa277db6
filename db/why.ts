import { type Database, database } from "@/db/client";
import { findIpRule, type IpRuleView } from "@/db/ip-rules";
import { listsInForce } from "@/db/rule-lists";
import { readEnv, required } from "@/lib/env";
import { AppError, messageOf } from "@/lib/errors";
import { evaluate } from "@/lib/guard/evaluate";
import { type PolicyId, policyFor } from "@/lib/guard/policy";
import { RuleSet } from "@/lib/guard/rule-set";
import { ruleSetOf } from "@/lib/guard/rule-set-codec";
import type { FetchRuleSet } from "@/lib/guard/rule-set-source";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { parseTarget, targetLabel } from "@/lib/guard/rule-target";
import type { Trace, Verdict } from "@/lib/guard/verdict";
import { visitorHashes } from "@/lib/guard/visitor-hashes";
import { formatIp, type Ip, parseIp } from "@/lib/ip";
import { edgeStore } from "@/lib/redis";
import { uuidAt } from "@/lib/uuid";

/** Where the rules of an explanation come from: what the doors have, or what they would have once it is published. */
export type RuleSource = "edge store" | "database";

export type Explanation = {
  /** Canonical, as it was asked for. */
  ip: string;
  /** How rows show the visitor: the address itself, or in hashed mode `203.0.113.0/24 · 7f3a9c`. */
  label: string;
  method: string;
  path: string;
  /** The limit that counts requests for this path, where no rule decides before it. */
  policy: PolicyId | null;
  verdict: Verdict;
  trace: Trace;
  /** The rule that decides, or null where none does or the database cannot tell; its id is in the verdict. */
  rule: IpRuleView | null;
  source: RuleSource;
  /** Why the rules are not those of the edge store, or null. */
  sourceProblem: string | null;
  /** When the rules were published; null where nothing is, or where they come from the database. */
  publishedAt: Date | null;
};

export type WhyDeps = {
  db: Database;
  /** Asks the edge store; null where there is none. */
  fetchRules: FetchRuleSet | null;
  failMode: "open" | "closed";
  privacy: "hashed" | "plain";
  hashKey: string;
  now?: () => Date;
};

/** What `explain` works with in this process, from the environment. */
export function whyDeps(): WhyDeps {
  const env = readEnv();
  const hasStore = Boolean(env.UPSTASH_REDIS_REST_URL && env.UPSTASH_REDIS_REST_TOKEN);
  return {
    db: database(),
    fetchRules: hasStore ? ruleSetFetcher(edgeStore(env, { timeoutMs: 2000 })) : null,
    failMode: env.FAIL_MODE,
    privacy: env.IP_PRIVACY,
    hashKey: required(env, "IP_HASH_KEY"),
  };
}

/**
 * What would happen now if this address asked for this path without being signed in, and which rule decides: the same
 * function that the doors run, on the rules that they have. Counts no limit.
 * @throws AppError `bad-input` for a text that is no address; `unavailable` where no rules can be had at all.
 */
export async function explain(
  text: string,
  request: { path?: string; method?: string } = {},
  deps = whyDeps(),
): Promise<Explanation> {
  const ip = parseIp(text.trim());
  if (!ip) {
    const said = text.trim().slice(0, 80);
    throw new AppError("bad-input", `"${said}" is no IP address. Right would be 192.0.2.7 or 2001:db8::7.`);
  }
  const { rules, source, sourceProblem } = await currentRules(deps);
  const at = (deps.now?.() ?? new Date()).getTime();
  const method = request.method ?? "GET";
  const path = (request.path ?? "/").split("?")[0] || "/";
  const visit = { id: uuidAt(at), at, ip, method, path, policy: policyFor(path), userId: null };
  const trace: Trace = [];
  const hashesOf = (address: Ip) => visitorHashes(address, deps.hashKey);
  const verdict = await evaluate(visit, { rules, failMode: deps.failMode, hashesOf, limit: null }, trace);
  return {
    ip: formatIp(ip),
    label: labelOf(ip, deps),
    method,
    path,
    policy: visit.policy,
    verdict,
    trace,
    rule: "ruleId" in verdict ? await ruleOf(verdict.ruleId, deps) : null,
    source,
    sourceProblem,
    publishedAt: rules.publishedAt > 0 ? new Date(rules.publishedAt) : null,
  };
}

type CurrentRules = { rules: RuleSet; source: RuleSource; sourceProblem: string | null };

async function currentRules(deps: WhyDeps): Promise<CurrentRules> {
  const answer = await fetchFromStore(deps.fetchRules);
  if (answer instanceof RuleSet) return { rules: answer, source: "edge store", sourceProblem: null };
  try {
    const rules = ruleSetOf("database", 0, await listsInForce(deps.db));
    return { rules, source: "database", sourceProblem: answer };
  } catch (error) {
    throw new AppError("unavailable", `${answer} The database does not answer either.`, { cause: error });
  }
}

async function fetchFromStore(fetchRules: FetchRuleSet | null): Promise<RuleSet | string> {
  if (!fetchRules) return "No edge store is configured.";
  try {
    return (await fetchRules(null)) ?? RuleSet.empty();
  } catch (error) {
    return `The edge store does not answer (${messageOf(error)}).`;
  }
}

function labelOf(ip: Ip, deps: WhyDeps): string {
  const { kind, target, network } = parseTarget(formatIp(ip), null, deps);
  return targetLabel({ targetKind: kind, target, network });
}

// The verdict holds without the rule's words: a dead database must not hide it.
async function ruleOf(id: number, deps: WhyDeps): Promise<IpRuleView | null> {
  try {
    return await findIpRule(deps.db, id);
  } catch {
    return null;
  }
}
