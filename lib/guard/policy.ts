import { normalPath } from "@/lib/guard/normal-path";

/**
 * A named rate limit: how many requests of one visitor a window holds, by a sliding window. `path` policies are
 * counted by the door; a `verb` policy is counted where the thing itself is done, because its key is in the body.
 */
export type Policy = {
  readonly description: string;
  readonly windowSeconds: number;
  /** Requests of one address (IPv6: one /64) in a window. */
  readonly anonymous: number;
  /** Requests of one signed-in user in a window. */
  readonly user: number;
  readonly match:
    | {
        readonly at: "door";
        readonly paths: readonly string[];
        readonly under?: string;
        readonly except?: readonly string[];
      }
    | { readonly at: "verb" };
  /** What a visitor gets while the counter cannot be asked. */
  readonly whenUnavailable: "fail-mode" | "refuse";
};

export const POLICIES = {
  login: {
    description: "Sign-in attempts of one address",
    windowSeconds: 60,
    anonymous: 5,
    user: 10,
    match: { at: "door", paths: ["/ip-tracking/login", "/api/auth/callback/credentials"] },
    whenUnavailable: "refuse",
  },
  "login-username": {
    description: "Sign-in attempts for one username, over all addresses",
    windowSeconds: 60,
    anonymous: 10,
    user: 10,
    match: { at: "verb" },
    whenUnavailable: "refuse",
  },
  "login-code": {
    description: "Codes of two-step sign-in tried for one user, after the right password",
    windowSeconds: 3600,
    anonymous: 20,
    user: 20,
    match: { at: "verb" },
    whenUnavailable: "refuse",
  },
  "test-geo": {
    description: "Look-ups of a place",
    windowSeconds: 60,
    anonymous: 5,
    user: 10,
    match: { at: "door", paths: ["/ip-tracking/test-geo"] },
    whenUnavailable: "fail-mode",
  },
  api: {
    description: "Everything else under /api",
    windowSeconds: 60,
    anonymous: 60,
    user: 600,
    match: { at: "door", paths: [], under: "/api/", except: ["/api/inngest", "/api/verify", "/api/health"] },
    whenUnavailable: "fail-mode",
  },
} as const satisfies Record<string, Policy>;

export type PolicyId = keyof typeof POLICIES;

export function isPolicyId(text: string): text is PolicyId {
  return Object.hasOwn(POLICIES, text);
}

const atDoor = Object.entries(POLICIES).flatMap(([id, policy]: [string, Policy]) =>
  policy.match.at === "door" ? [{ id: id as PolicyId, match: policy.match }] : [],
);

/** The policy that counts requests for this path at the door, the first that fits, or null. */
export function policyFor(path: string): PolicyId | null {
  const normal = normalPath(path).toLowerCase();
  for (const { id, match } of atDoor) {
    if (match.paths.includes(normal)) return id;
    if (match.under && normal.startsWith(match.under) && !match.except?.includes(normal)) return id;
  }
  return null;
}
