import { parseDuration } from "@/lib/time-range";

/** How long a rule can be made to hold by a choice. */
export const RULE_DURATIONS = ["1h", "24h", "7d", "30d", "forever"] as const;
export type RuleDuration = (typeof RULE_DURATIONS)[number];

/** When a rule of this duration ends that is made now; null for one that holds for good. */
export function endOf(duration: RuleDuration, now: Date): Date | null {
  const seconds = duration === "forever" ? null : parseDuration(duration);
  return seconds === null ? null : new Date(now.getTime() + seconds * 1000);
}
