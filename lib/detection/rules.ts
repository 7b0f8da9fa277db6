import type { DetectionRule } from "@/lib/detection/finding";
import { ATTACK_MARK_RULES } from "@/lib/detection/rules/attack-marks";
import { fakeCrawler, userAgentSwitching } from "@/lib/detection/rules/identity";
import { loginBruteforce } from "@/lib/detection/rules/login";
import { adminProbing, lowAndSlow, pathProbing, sensitivePath } from "@/lib/detection/rules/probing";
import { crawl, highVolume } from "@/lib/detection/rules/volume";

export {
  type CrawlerStanding,
  type DetectionRule,
  type Finding,
  REASON_MULTIPLE,
  RULE_IDS,
  type RuleContext,
  type RuleId,
  type SampleRequest,
} from "@/lib/detection/finding";
export { findDistributed, type RangeProposal } from "@/lib/detection/rules/distributed";
export {
  addLogins,
  findCredentialStuffing,
  type NetworkLogins,
  networkLoginsOf,
} from "@/lib/detection/rules/login";
export {
  findScriptSearches,
  type MissingScript,
  missingScriptsOf,
} from "@/lib/detection/rules/script-search";
export { findTrafficSpike, type HourTraffic } from "@/lib/detection/rules/traffic-spike";

/** The rules about one visitor; credential-stuffing, traffic-spike and distributed look at more than one. */
export const VISITOR_RULES: readonly DetectionRule[] = [
  highVolume,
  sensitivePath,
  pathProbing,
  ...ATTACK_MARK_RULES,
  adminProbing,
  loginBruteforce,
  crawl,
  userAgentSwitching,
  fakeCrawler,
  lowAndSlow,
];
