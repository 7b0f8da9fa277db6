import type { RuleId } from "@/lib/detection/finding";
import type { ThresholdName } from "@/lib/detection/thresholds";

type GroupedRule = {
  id: RuleId;
  thresholds: readonly ThresholdName[];
  note?: string;
  /** It finds nobody whom a block could be made for. */
  hasNobody?: boolean;
};

export type RuleGroup = {
  id: string;
  title: string;
  note: string;
  /** Thresholds that its rules share. */
  shared: readonly ThresholdName[];
  rules: readonly GroupedRule[];
};

const SHARED = "Fires at the number of requests above.";

/** The rules in the order of the page. */
export const RULE_GROUPS: readonly RuleGroup[] = [
  {
    id: "volume",
    title: "Volume",
    note: "Too much, too fast.",
    shared: [],
    rules: [
      { id: "high-volume", thresholds: ["requests", "crawlerRequests", "limitedRequests"] },
      { id: "crawl", thresholds: ["crawlPaths", "crawlPathsPerMinute"] },
      {
        id: "traffic-spike",
        thresholds: ["spikeFactor", "spikeRequests"],
        note: "It is about the site as a whole: there is nobody to block.",
        hasNobody: true,
      },
    ],
  },
  {
    id: "probing",
    title: "Probing",
    note: "Looking for a way in.",
    shared: [],
    rules: [
      {
        id: "sensitive-path",
        thresholds: ["sensitivePaths", "sensitivePathRequests", "sensitivePathRefusals"],
      },
      { id: "path-probing", thresholds: ["failedPaths", "missingScripts", "scriptSearchNetworks"] },
      { id: "admin-probing", thresholds: ["adminProbes", "adminRefusals"] },
      { id: "low-and-slow", thresholds: ["slowHours", "slowProbes", "slowRequestsPerHour"] },
    ],
  },
  {
    id: "attacks",
    title: "Attacks",
    note: "Requests that carry the mark of an attack.",
    shared: ["probes"],
    rules: [
      { id: "sensitive-files", thresholds: [], note: SHARED },
      { id: "traversal", thresholds: [], note: SHARED },
      { id: "injection", thresholds: [], note: SHARED },
      { id: "known-exploit", thresholds: [], note: "One request is enough, whatever the numbers say." },
      { id: "bad-user-agent", thresholds: [], note: SHARED },
      { id: "open-proxy", thresholds: [], note: SHARED },
      { id: "malformed", thresholds: ["malformedRequests"] },
    ],
  },
  {
    id: "login",
    title: "Login",
    note: "Guessing passwords.",
    shared: [],
    rules: [
      {
        id: "login-bruteforce",
        thresholds: ["loginFailures", "loginAttempts", "loginAttemptsPerMinute", "loginAttemptsAnyPace"],
      },
      { id: "credential-stuffing", thresholds: ["stuffingFailures", "stuffingVisitors"] },
    ],
  },
  {
    id: "identity",
    title: "Identity",
    note: "Claiming to be somebody else.",
    shared: [],
    rules: [
      { id: "user-agent-switching", thresholds: ["userAgents"] },
      { id: "fake-crawler", thresholds: [], note: "There is no number to it: a claim is true or false." },
    ],
  },
  {
    id: "network",
    title: "Network",
    note: "Several at once from one place.",
    shared: [],
    rules: [{ id: "distributed", thresholds: ["distributedVisitors"] }],
  },
];

/** What a threshold counts, in few words; its sentence says the rest. */
export const THRESHOLD_LABELS: Record<ThresholdName, string> = {
  requests: "Requests an hour",
  limitedRequests: "Refusals for coming too often, an hour",
  sensitivePaths: "Sensitive paths",
  sensitivePathRequests: "Requests for them an hour",
  sensitivePathRefusals: "Refused requests for them an hour",
  failedPaths: "Paths not found an hour",
  missingScripts: "Missing scripts an hour",
  scriptSearchNetworks: "Networks that look for one script",
  probes: "Attacking requests an hour",
  malformedRequests: "Malformed requests an hour",
  adminProbes: "Requests an hour",
  adminRefusals: "Refused requests an hour",
  loginFailures: "Failed logins an hour",
  loginAttemptsAnyPace: "Logins an hour, at any pace",
  loginAttempts: "Logins at the pace of a program",
  loginAttemptsPerMinute: "Pace of a program, logins a minute",
  stuffingFailures: "Failed logins an hour",
  stuffingVisitors: "Visitors or names",
  crawlPaths: "Different pages an hour",
  crawlPathsPerMinute: "Different pages a minute",
  crawlerRequests: "Requests an hour of a crawler",
  userAgents: "User agents an hour",
  slowHours: "Hours of a day",
  slowProbes: "Probes a day",
  slowRequestsPerHour: "Requests an hour at most",
  spikeFactor: "Times the usual",
  spikeRequests: "Requests an hour at least",
  distributedVisitors: "Suspicious visitors of one network",
};
