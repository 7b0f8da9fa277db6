import { RuleLists } from "@/lib/guard/rule-lists";
import { formatRange, type Ip, type IpRange, ipRange } from "@/lib/ip";
import { ipv4, ipv6 } from "@/lib/ip/parse";
import { type HashWords, hashIpWords } from "@/lib/privacy/hash";

/** Numbers in [0, 1) that are the same in every run (a 32-bit mixer, Steele and others, 2014). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const IPV6_SHARE = 0.3;
const RANGE_SHARE = 0.2;
const ALLOW_SHARE = 0.2;
const EXPIRING_SHARE = 0.3;
/** Providers, each with a /32 of IPv6: addresses of that family come in clusters. */
const PROVIDERS = 3000;
/** 1 January 2100: none of the rules ends while they are measured. */
const LATER = 4_102_444_800;

export type RandomRule = { range: IpRange; allows: boolean; expiresAt: number };

export function randomIp(random: () => number): Ip {
  const word = () => Math.floor(random() * 2 ** 32);
  if (random() >= IPV6_SHARE) return ipv4(word());
  const provider = Math.floor(random() * PROVIDERS);
  return ipv6(0x20010000 + provider * 7919, word() & 0xffffff00, 0, word());
}

/** Addresses and ranges of both families, allowed and blocked, some of which end some day. */
export function* randomRules(count: number, random: () => number): Generator<RandomRule> {
  for (let made = 0; made < count; made++) {
    const ip = randomIp(random);
    const bits = ip.version === 4 ? 32 : 128;
    const isRange = random() < RANGE_SHARE;
    const prefix = isRange
      ? (ip.version === 4 ? 20 : 40) + Math.floor(random() * (ip.version === 4 ? 10 : 24))
      : bits;
    const allows = random() < ALLOW_SHARE;
    yield { range: ipRange(ip, prefix), allows, expiresAt: random() < EXPIRING_SHARE ? LATER : 0 };
  }
}

export type RuleKind = "plain" | "hashed";

/** The rules as lists, and for each the address that its range starts with. With `hashed` single addresses are kept as hashes. */
export function randomLists(
  count: number,
  kind: RuleKind,
  hashKey: string,
): { lists: RuleLists; addresses: string[] } {
  const lists = new RuleLists();
  const addresses: string[] = [];
  let ruleId = 0;
  for (const { range, allows, expiresAt } of randomRules(count, randomNumbers(1))) {
    const { ip, prefix } = range;
    ruleId++;
    const isAddress = prefix === (ip.version === 4 ? 32 : 128);
    const rest = { allows, ruleId, expiresAt };
    if (kind === "hashed" && isAddress) {
      const start: HashWords = hashIpWords(ip, hashKey);
      lists.add("hash", { ...rest, start, prefix: 128 });
    } else lists.add(`v${ip.version}`, { ...rest, start: [ip.a, ip.b, ip.c, ip.d], prefix });
    addresses.push(formatRange({ ip, prefix: ip.version === 4 ? 32 : 128 }));
  }
  return { lists, addresses };
}
