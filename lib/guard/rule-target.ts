import { AppError } from "@/lib/errors";
import { formatRange, type Ip, type IpRange, isSingle, networkOf, parseRange, rangeContains } from "@/lib/ip";
import { hashIp, hashSubnet, isVisitorHash } from "@/lib/privacy/hash";

/** What a rule is about, in the form in which it is stored and compared. */
export type RuleTarget = {
  kind: "address" | "range" | "hash";
  /** Canonical text: the unique key of active rules, beside the action. */
  target: string;
  /** The network that holds it: the range itself, or the address' /24 or /48. */
  network: string;
  /** What it covers, where that is known: a bare hash tells nothing. */
  range: IpRange | null;
};

export type TargetPrivacy = { privacy: "hashed" | "plain"; hashKey: string };

/**
 * Reads what a person typed: an address, a CIDR range, or a visitor's hash with its network. In hashed mode an address
 * is kept as its hash.
 * @throws AppError `bad-input` that says what would be right.
 */
export function parseTarget(
  text: string,
  network: string | null,
  { privacy, hashKey }: TargetPrivacy,
): RuleTarget {
  const typed = text.trim();
  if (isVisitorHash(typed)) {
    const range = network ? parseRange(network) : null;
    if (!range) throw new AppError("bad-input", "A visitor's hash needs the network that it belongs to.");
    return { kind: "hash", target: typed, network: formatRange(range), range: null };
  }
  const range = parseRange(typed);
  if (!range) {
    throw new AppError(
      "bad-input",
      `"${typed.slice(0, 80)}" is no IP address or CIDR range. Right would be 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48.`,
    );
  }
  if (!isSingle(range))
    return { kind: "range", target: formatRange(range), network: formatRange(range), range };
  const holder = formatRange(networkOf(range.ip));
  if (privacy === "plain") return { kind: "address", target: formatRange(range), network: holder, range };
  return { kind: "hash", target: hashIp(range.ip, hashKey), network: holder, range };
}

/** How a target is shown: `203.0.113.7`, `203.0.113.0/24`, or `203.0.113.0/24 · 7f3a9c` for a hash. */
export function targetLabel(rule: { targetKind: string; target: string; network: string | null }): string {
  if (rule.targetKind !== "hash") return rule.target;
  return `${rule.network ?? "unknown network"} · ${rule.target.slice(0, 6)}`;
}

const LOOPBACK = ["127.0.0.0/8", "::1"].map((text) => parseRange(text) as IpRange);

/** Whether two CIDR ranges share an address: then one holds the other. */
export function rangesOverlap(x: IpRange, y: IpRange): boolean {
  if (x.ip.version !== y.ip.version) return false;
  return x.prefix <= y.prefix ? rangeContains(x, y.ip) : rangeContains(y, x.ip);
}

/** Whether a rule about it could refuse the machine itself. A hash is judged by its network. */
export function touchesLoopback(target: RuleTarget): boolean {
  const range = target.range ?? parseRange(target.network);
  return range !== null && LOOPBACK.some((loopback) => rangesOverlap(loopback, range));
}

/** Whether the target holds this address. */
export function targetHolds(target: RuleTarget, ip: Ip, hashKey: string): boolean {
  if (target.range) return rangeContains(target.range, ip);
  if (target.kind !== "hash") return false;
  return target.target === hashIp(ip, hashKey) || target.target === hashSubnet(ip, hashKey);
}
