/** Why a visit was answered as it was: a closed set, so that a new reason breaks the build where it is not handled. */
export const REASONS = [
  "default",
  "allow-rule",
  "within-limit",
  "degraded",
  "block-rule",
  "no-address",
  "rules-unavailable",
  "rate-limit",
  "limiter-unavailable",
] as const;
export type Reason = (typeof REASONS)[number];

export const ACTIONS = ["allow", "block", "limit"] as const;
export type Action = (typeof ACTIONS)[number];

/** How far a policy's quota is used; `resetSeconds` until the whole quota is there again. */
export type LimitState = {
  policy: string;
  limit: number;
  windowSeconds: number;
  remaining: number;
  resetSeconds: number;
};

export type Verdict =
  | { action: "allow"; reason: "default" | "degraded"; limits: readonly LimitState[] }
  | { action: "allow"; reason: "allow-rule"; ruleId: number; limits: readonly LimitState[] }
  | { action: "allow"; reason: "within-limit"; policy: string; limits: readonly LimitState[] }
  | { action: "block"; reason: "block-rule"; ruleId: number }
  | { action: "block"; reason: "no-address" | "rules-unavailable" }
  | {
      action: "limit";
      reason: "rate-limit" | "limiter-unavailable";
      policy: string;
      limits: readonly LimitState[];
      retryAfterSeconds: number;
    };

/** One stage's answer while a visit was evaluated, in words that the "Why?" page shows as they are. */
export type TraceStep = { stage: string; answered: boolean; note: string };
export type Trace = TraceStep[];
