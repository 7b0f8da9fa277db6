import type { Activity } from "@/lib/detection/activity";
import { type DetectionRule, type Finding, REASON_MULTIPLE, type RuleContext } from "@/lib/detection/finding";
import type { Thresholds } from "@/lib/detection/thresholds";

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

/** The rules about one visitor; credential-stuffing, traffic-spike and distributed look at more than one. */
export const VISITOR_RULES: readonly DetectionRule[] = [];
