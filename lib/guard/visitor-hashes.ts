import { hashWords, type VisitorHashes } from "@/lib/guard/rule-set";
import type { Ip } from "@/lib/ip";
import { hashIp, hashSubnet } from "@/lib/privacy/hash";

/** A visitor's hashes as the lists of a rule set hold them. */
export function visitorHashes(ip: Ip, hashKey: string): VisitorHashes {
  const subnet = hashSubnet(ip, hashKey);
  return { address: hashWords(hashIp(ip, hashKey)), subnet: subnet === null ? null : hashWords(subnet) };
}
