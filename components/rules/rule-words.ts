import type { RuleAction } from "@/db/ip-rules";
import type { RuleDuration } from "@/lib/rule-duration";

/** How the two lists of rules are spoken of. */
export const RULE_WORDS = {
  block: {
    verb: "Block",
    done: "Blocked",
    end: "Unblock",
    ended: "Unblocked",
    page: "/blocked",
    reasons: ["Suspicious activity", "Looks for weaknesses", "Too many sign-in attempts", "Scraping", "Spam"],
  },
  allow: {
    verb: "Allow",
    done: "Allowed",
    end: "Remove",
    ended: "Removed",
    page: "/allowed",
    reasons: ["Office", "Monitoring", "Partner", "Search engine"],
  },
} as const satisfies Record<RuleAction, unknown>;

export const DURATION_WORDS: Record<RuleDuration, { choice: string; after: string }> = {
  "1h": { choice: "1 h", after: "for 1 h" },
  "24h": { choice: "24 h", after: "for 24 h" },
  "7d": { choice: "7 d", after: "for 7 d" },
  "30d": { choice: "30 d", after: "for 30 d" },
  forever: { choice: "For good", after: "for good" },
};

/** What saving the rule will do, in one sentence. `end` is the time in words; null for a rule without one. */
export function effectSentence(action: RuleAction, target: string, end: string | null): string {
  const span = end
    ? `until ${end}`
    : action === "block"
      ? "until somebody unblocks it"
      : "until somebody removes it";
  return action === "block"
    ? `Within 2 seconds every request of ${target} is answered “403 Access denied” at every door, ${span}.`
    : `Within 2 seconds every request of ${target} passes every door, whatever the block rules and limits say, ${span}.`;
}
