import { sql } from "drizzle-orm";
import type { Database, Querier } from "@/db/client";
import { CDN_RANGES } from "@/db/collateral/cdn-ranges";
import type { CrawlerStanding } from "@/lib/detection/rules";
import type { Env } from "@/lib/env";
import { rangesOverlap, targetLabel } from "@/lib/guard/rule-target";
import { classifyIp, type Ip, type IpClass, type IpRange, isSingle, parseIp, parseRange } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";
import { parseTrustedProxies } from "@/lib/proxy-trust";

/** What detection is about to block by itself. */
export type Candidate = {
  /** A visitor's hash or a range. */
  target: string;
  kind: "hash" | "range";
  network: string;
  /** Only where addresses are stored in clear. */
  ip: string | null;
  crawler: CrawlerStanding;
};

/** Whom detection never blocks by itself: read once a run. */
export type Guard = {
  /** Hash and network of signed-in visitors: administrators of a day, anybody of seven days. */
  signedIn: { hash: string; network: string; isAdmin: boolean }[];
  proxies: IpRange[];
  hashKey: string;
};

const NEVER: Partial<Record<IpClass, string>> = {
  loopback: "this machine itself",
  private: "a private network",
  "link-local": "a private network",
  cgnat: "a network that a provider shares among many customers",
  unspecified: "visitors whose address could not be read",
};
const SIGNED_IN_MAX = 5000;
const LOOPBACK_V6 = parseIp("::1") as Ip;

export async function loadGuard(
  db: Database,
  env: Pick<Env, "TRUSTED_PROXIES">,
  hashKey: string,
  now: Date,
): Promise<Guard> {
  const trust = parseTrustedProxies(env.TRUSTED_PROXIES);
  const at = now.toISOString();
  // Who signed in is named by the audit log, whose row leads to the request; who uses a session, by the request itself.
  const signedIn = await db.$client<Guard["signedIn"]>`
    select encode(ip_hash, 'hex') as hash, network::text, bool_or(is_admin) as "isAdmin" from (
      select log.ip_hash, log.network, account.role = 'admin' and login.occurred_at > ${at}::timestamptz - interval '1 day' as is_admin
      from audit_logs login
        join request_logs log on log.id = case
          when login.after->>'requestId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (login.after->>'requestId')::uuid end
        join users account on account.username = login.actor
      where login.action = 'sign-in' and login.occurred_at > ${at}::timestamptz - interval '7 days'
      union all
      select log.ip_hash, log.network, account.role = 'admin' and log.occurred_at > ${at}::timestamptz - interval '1 day'
      from users account join request_logs log on log.user_id = account.id
      where account.is_active and log.id >= (lpad(to_hex((extract(epoch from ${at}::timestamptz - interval '7 days') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
    ) as known group by 1, 2 order by 3 desc limit ${SIGNED_IN_MAX}`;
  return { signedIn: [...signedIn], proxies: trust.kind === "ranges" ? [...trust.ranges] : [], hashKey };
}

export type Judgement = {
  /** Why detection must not block it, a sentence; null where nothing speaks against it. */
  refusal: string | null;
  /** A block in force already. */
  blockedBy: number | null;
};

/** Puts the guard's questions to candidates, in one query for all. In the order of the candidates. */
export async function judge(
  db: Querier,
  candidates: readonly Candidate[],
  guard: Guard,
): Promise<Judgement[]> {
  const rules = await rulesTouching(db, candidates);
  return candidates.map((candidate, index) => {
    const own = rules.filter((rule) => rule.index === index + 1 && holds(rule, candidate, guard.hashKey));
    const allowed = own.find((rule) => rule.action === "allow");
    return {
      refusal: allowed
        ? `${targetLabel(allowed)} is on the allow list (rule ${allowed.id}).`
        : refusalOf(candidate, guard),
      blockedBy: own.find((rule) => rule.action === "block")?.id ?? null,
    };
  });
}

function refusalOf(candidate: Candidate, guard: Guard): string | null {
  const range = parseRange(
    candidate.ip ?? (candidate.kind === "range" ? candidate.target : candidate.network),
  );
  if (!range) return "Its network cannot be read.";
  const kind = NEVER[classOf(range, candidate, guard.hashKey)];
  if (kind) return `It belongs to ${kind}.`;
  const proxy = guard.proxies.find((proxied) => touches(proxied, range, candidate, guard.hashKey));
  if (proxy) return "It is, or shares a network with, a trusted proxy.";
  const cdn = CDN_RANGES.find(({ ranges }) => ranges.some((one) => rangesOverlap(one, range)));
  if (cdn) return `It lies in a network of ${cdn.name}, which carries the visitors of many sites.`;
  if (candidate.crawler === "verified")
    return "It is a search engine's crawler, from an address that the engine publishes.";
  const people = guard.signedIn.filter((person) => isSame(person, candidate, range));
  if (people.some(({ isAdmin }) => isAdmin)) return "An administrator was signed in from there within a day.";
  return people.length > 0 ? "Somebody signed in from there successfully within seven days." : null;
}

// Of a hash only the network is known, and of IPv6 the one of ::1 is the one of no address at all.
function classOf(range: IpRange, candidate: Candidate, hashKey: string): IpClass {
  const isLoopback = candidate.kind === "hash" && candidate.target === visitorHash(LOOPBACK_V6, hashKey);
  return isLoopback ? "loopback" : classifyIp(range.ip);
}

function isSame(person: Guard["signedIn"][number], candidate: Candidate, range: IpRange): boolean {
  if (candidate.kind === "hash") return person.hash === candidate.target;
  const network = parseRange(person.network);
  return network !== null && rangesOverlap(network, range);
}

/** A single address is compared by its hash where the candidate's own is not stored; a wider range by the network. */
function touches(proxied: IpRange, range: IpRange, candidate: Candidate, hashKey: string): boolean {
  if (candidate.kind === "hash" && isSingle(proxied))
    return visitorHash(proxied.ip, hashKey) === candidate.target;
  return rangesOverlap(proxied, range);
}

type RuleHit = {
  index: number;
  id: number;
  action: "allow" | "block";
  target: string;
  targetKind: "address" | "range" | "hash";
  network: string | null;
};

/** Rules in force that could be about a candidate: of its hash, of its address, or of a range that touches its network. */
async function rulesTouching(db: Querier, candidates: readonly Candidate[]): Promise<RuleHit[]> {
  if (candidates.length === 0) return [];
  // As one parameter: a thousand of them take Drizzle longer than Postgres.
  const list = JSON.stringify(
    candidates.map(({ target, ip, network }, index) => ({
      index: index + 1,
      target,
      ip,
      network: ip ?? network,
    })),
  );
  const rule = sql`rule.id, rule.action, rule.target, rule.target_kind as "targetKind", rule.network::text`;
  const inForce = sql`rule.is_active and (rule.expires_at is null or rule.expires_at > now())`;
  // Two questions and not one with "or": each has its index.
  const rows = await db.execute<RuleHit>(sql`
    with candidate as materialized (
      select * from jsonb_to_recordset(${list}::jsonb) as one (index int, target text, ip text, network inet)
    )
    select candidate.index, ${rule} from candidate join ip_rules rule
      on rule.target in (candidate.target, candidate.ip) and rule.action in ('allow', 'block') and ${inForce}
    union
    select candidate.index, ${rule} from candidate join ip_rules rule
      on rule.network && candidate.network and ${inForce}
        and (rule.target_kind <> 'hash' or (rule.action = 'allow' and rule.network <<= candidate.network))`);
  return [...rows];
}

/** An allow rule protects what it may touch; a block rule only counts where it holds all of the candidate. */
function holds(rule: RuleHit, candidate: Candidate, hashKey: string): boolean {
  if (rule.target === candidate.target || rule.target === candidate.ip) return true;
  const own = parseRange(candidate.ip ?? candidate.network);
  const range = parseRange(rule.targetKind === "range" ? rule.target : (rule.network ?? ""));
  if (rule.targetKind === "address") {
    const ip = parseIp(rule.target);
    if (candidate.kind === "range") return rule.action === "allow";
    return ip !== null && visitorHash(ip, hashKey) === candidate.target;
  }
  if (rule.targetKind === "hash") return candidate.kind === "range" && rule.action === "allow";
  if (!own || !range) return false;
  return rule.action === "allow" || (rangesOverlap(range, own) && range.prefix <= own.prefix);
}
