import type { Activity } from "@/lib/detection/activity";
import type { RuleContext } from "@/lib/detection/finding";
import { thresholdsFrom } from "@/lib/detection/thresholds";

export const DEFAULTS = thresholdsFrom();
export const START = Date.UTC(2025, 0, 6, 10);
export const HOUR_CONTEXT: RuleContext = { crawler: "none", samples: [], windowSeconds: 3600 };

/** A quiet visitor of ten minutes, with what a test changes about it. */
export function activityOf(change: Partial<Activity> = {}): Activity {
  return {
    key: "203.0.113.7",
    network: "203.0.113.0/24",
    requests: 12,
    counted: 3,
    signals: {},
    answeredOtherwise: true,
    failed: 0,
    failedPaths: 0,
    distinctPaths: 3,
    userAgents: 1,
    loginFailures: 0,
    loginAttempts: 0,
    sensitiveRefused: 0,
    adminRefused: 0,
    probes: 0,
    activeHours: 1,
    firstAt: START,
    lastAt: START + 600_000,
    claimsCrawler: false,
    signedIn: false,
    blocked: 0,
    limited: 0,
    ...change,
  };
}
