import type { Activity } from "@/lib/detection/activity";
import type { Thresholds } from "@/lib/detection/thresholds";

/** The ids of all rules, as the dashboard shows them; a new one goes to the end. */
export const RULE_IDS = [
  "high-volume",
  "sensitive-path",
  "path-probing",
  "sensitive-files",
  "traversal",
  "injection",
  "known-exploit",
  "bad-user-agent",
  "open-proxy",
  "malformed",
  "admin-probing",
  "login-bruteforce",
  "credential-stuffing",
  "crawl",
  "user-agent-switching",
  "fake-crawler",
  "low-and-slow",
  "traffic-spike",
  "distributed",
] as const;
export type RuleId = (typeof RULE_IDS)[number];
export const REASON_MULTIPLE = "multiple";

/** What a rule found: its part of the score and the evidence, in words with the numbers in them. */
export type Finding = {
  rule: RuleId;
  /** 0 to 100: how sure this rule alone is that the visitor means harm. */
  score: number;
  sentence: string;
  counts: Record<string, number>;
  /** What the decisive count was compared with; null where there is no number to compare with. */
  threshold: number | null;
};

/** One request of the visitor, for the evidence; at most ten are looked at. */
export type SampleRequest = { method: string; path: string; status: number | null; signals: number };

/**
 * How a visitor stands that says it is a search engine's crawler: from the addresses that engine publishes, from outside
 * of them, or of an engine that publishes none.
 */
export type CrawlerStanding = "none" | "verified" | "impostor" | "unpublished";

export type RuleContext = {
  crawler: CrawlerStanding;
  /** Those with signals first. */
  samples: readonly SampleRequest[];
  /** Length of the window that the activity covers. */
  windowSeconds: number;
};

export type DetectionRule = {
  readonly id: RuleId;
  readonly title: string;
  readonly description: string;
  /** Whether it finds nothing where no response status is known. */
  readonly needsStatus: boolean;
  /** The window whose activity it judges. */
  readonly window: "hour" | "day";
  find(activity: Activity, thresholds: Thresholds, context: RuleContext): Finding | null;
};
