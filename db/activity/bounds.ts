import { estimateDistinct } from "@/lib/detection/distinct";
import { ATTACK_SIGNALS, SIGNAL_BITS, type Signal } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";

/** What an activity needs at least for a rule to fire. Whole numbers: they are written into the query. */
export type ActivityBounds = {
  /** Signals of which one request is enough to look closer, as bits. */
  signals: number;
  requests: number;
  limited: number;
  failedPathBits: number;
  distinctPathBits: number;
  userAgentBits: number;
  loginAttempts: number;
  sensitivePaths: number;
  missingScripts: number;
  slowProbes: number;
};

// One failed login counts too: many visitors of a network with one each are a case of their own.
const DECISIVE: readonly Signal[] = [...ATTACK_SIGNALS, "login-failure", "crawler-claim"];

export function activityBounds(thresholds: Thresholds): ActivityBounds {
  const bounds: ActivityBounds = {
    signals: DECISIVE.reduce((mask, signal) => mask | SIGNAL_BITS[signal], 0),
    requests: thresholds.requests,
    limited: thresholds.limitedRequests,
    failedPathBits: onesOf(thresholds.failedPaths),
    distinctPathBits: onesOf(thresholds.crawlPaths),
    userAgentBits: onesOf(thresholds.userAgents),
    loginAttempts: Math.min(thresholds.loginAttempts, thresholds.loginAttemptsAnyPace),
    sensitivePaths: Math.min(thresholds.sensitivePathRequests, thresholds.sensitivePathRefusals),
    missingScripts: thresholds.missingScripts,
    slowProbes: thresholds.slowProbes,
  };
  for (const [name, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value)) throw new Error(`The bound ${name} is no whole number: ${value}.`);
  }
  return bounds;
}

/** The fewest ones of a bitmap whose estimate reaches `distinct`. */
function onesOf(distinct: number): number {
  for (let ones = 0; ones <= 64; ones++) {
    if (estimateDistinct((1n << BigInt(ones)) - 1n) >= distinct) return ones;
  }
  return 65;
}
