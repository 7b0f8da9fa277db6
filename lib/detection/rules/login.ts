import type { Activity } from "@/lib/detection/activity";
import type { DetectionRule, Finding } from "@/lib/detection/finding";
import { scoreOver } from "@/lib/detection/rules/volume";
import { askedFor, pacedWords } from "@/lib/detection/sentences";
import type { Thresholds } from "@/lib/detection/thresholds";
import { formatPlural } from "@/lib/format";

export const loginBruteforce: DetectionRule = {
  id: "login-bruteforce",
  title: "Login brute force",
  description:
    "Fails to log in again and again; where the answer does not tell, sends logins at the pace of a program.",
  needsStatus: false,
  window: "hour",
  find(activity, thresholds, { samples }) {
    const { loginFailures: failures, loginAttempts: attempts } = activity;
    if (failures >= thresholds.loginFailures) {
      return finding(failures, "failed login", thresholds.loginFailures, activity, "");
    }
    // Whoever is signed in has logged in, perhaps often: a test or a tool that keeps no session does.
    if (activity.signedIn) return null;
    const perMinute = attempts / Math.max(1, (activity.lastAt - activity.firstAt) / 60_000);
    const isFast = attempts >= thresholds.loginAttempts && perMinute >= thresholds.loginAttemptsPerMinute;
    if (!isFast && attempts < thresholds.loginAttemptsAnyPace) return null;
    const limit = isFast ? thresholds.loginAttempts : thresholds.loginAttemptsAnyPace;
    return finding(attempts, "login attempt", limit, activity, askedFor(samples, "login-attempt"));
  },
};

function finding(count: number, noun: string, limit: number, activity: Activity, asked: string): Finding {
  return {
    rule: "login-bruteforce",
    score: scoreOver(count, limit, 55, 90),
    sentence: `${pacedWords(count, noun, activity)} (limit: ${limit} an hour).${asked}`,
    counts: { loginFailures: activity.loginFailures, loginAttempts: activity.loginAttempts },
    threshold: limit,
  };
}

/** What one network did at the logins in a window. */
export type NetworkLogins = {
  network: string;
  failures: number;
  /** Visitors with a failed login. */
  visitors: number;
  /** Names that they tried, where these are known; null otherwise, which is the rule: names are not recorded. */
  usernames: number | null;
};

export function networkLoginsOf(activities: Iterable<Activity>): NetworkLogins[] {
  const networks = new Map<string, NetworkLogins>();
  for (const activity of activities) addLogins(networks, activity);
  return [...networks.values()];
}

/** Adds a visitor's failed logins to those of the network, unless there are as many networks as may be minded. */
export function addLogins(
  networks: Map<string, NetworkLogins>,
  { network, loginFailures }: Activity,
  networksMax = Number.POSITIVE_INFINITY,
): void {
  if (loginFailures === 0) return;
  const known = networks.get(network);
  if (!known && networks.size >= networksMax) return;
  const { failures = 0, visitors = 0 } = known ?? {};
  networks.set(network, {
    network,
    failures: failures + loginFailures,
    visitors: visitors + 1,
    usernames: known?.usernames ?? null,
  });
}

/** The networks in which many visitors, or many names, fail at the login: lists of stolen passwords are being tried. */
export function findCredentialStuffing(
  networks: Iterable<NetworkLogins>,
  { stuffingFailures, stuffingVisitors }: Thresholds,
): { network: string; finding: Finding }[] {
  return [...networks].flatMap(({ network, failures, visitors, usernames }) => {
    const many = Math.max(visitors, usernames ?? 0);
    if (failures < stuffingFailures || many < stuffingVisitors) return [];
    const names = usernames === null ? "" : ` with ${formatPlural(usernames, "name")}`;
    const found: Finding = {
      rule: "credential-stuffing",
      score: scoreOver(failures, stuffingFailures, 60, 90),
      sentence: `${formatPlural(failures, "failed login")} from ${formatPlural(visitors, "visitor")} of ${network}${names} (limit: ${stuffingFailures} an hour from ${stuffingVisitors}).`,
      counts: { failures, visitors, ...(usernames === null ? {} : { usernames }) },
      threshold: stuffingFailures,
    };
    return [{ network, finding: found }];
  });
}
