import { CircleCheck, CircleDot, EyeOff, type LucideIcon, OctagonX } from "lucide-react";
import type { SuspiciousStatus } from "@/db/schema";

type Meaning = { word: string; icon: LucideIcon; badge: string };

/** How a status looks: never by its colour alone. */
export const STATUS_WORDS: Record<SuspiciousStatus, Meaning> = {
  open: { word: "Open", icon: CircleDot, badge: "bg-suspicious-soft text-suspicious" },
  blocked: { word: "Blocked", icon: OctagonX, badge: "bg-blocked-soft text-blocked" },
  ignored: { word: "Ignored", icon: EyeOff, badge: "bg-unknown-soft text-unknown" },
  resolved: { word: "Resolved", icon: CircleCheck, badge: "bg-unknown-soft text-unknown" },
};

/** How sure a score is that the visitor means harm. */
export function scoreWord(score: number): string {
  if (score >= 90) return "Certain";
  if (score >= 70) return "Strong";
  return score >= 50 ? "Likely" : "Weak";
}

/** What the rules count, in words that follow a number. */
const COUNT_WORDS: Record<string, string> = {
  requests: "requests",
  limited: "requests refused for their number",
  failedPaths: "different paths answered 400, 403 or 404",
  failed: "requests answered 400, 403 or 404",
  adminProbes: "requests for administration interfaces",
  adminRefused: "of them missing or refused",
  sensitivePath: "requests for sensitive paths",
  sensitiveRefused: "of them answered 401, 403 or 404",
  activeHours: "hours with requests",
  probes: "probes",
  loginFailures: "failed logins",
  loginAttempts: "login attempts",
  failures: "failed logins",
  visitors: "visitors",
  usernames: "names tried",
  distinctPaths: "different pages",
  userAgents: "user agents",
  claims: "requests as a search engine",
  cleanVisitors: "clean visitors",
  "sensitive-file": "requests for secret files",
  traversal: "requests out of the site’s folder",
  injection: "requests with SQL, script or commands",
  "known-exploit": "requests of a known attack",
  "scanner-agent": "requests by a scanner",
  "open-proxy": "attempts to reach another site",
  malformed: "requests that are not HTTP",
};

const PLURAL = /\b(request|path|page|login|attempt|visitor|agent|probe|hour|name|interface)s\b/;

/** What a number counts; in the singular after a one. */
export function countWords(name: string, value: number): string {
  const words =
    COUNT_WORDS[name] ??
    name
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .replaceAll("-", " ")
      .toLowerCase();
  return value === 1 ? words.replace(PLURAL, "$1") : words;
}

/** What a single request shows, as a label beside it. */
const MARK_WORDS: Record<string, string> = {
  "sensitive-file": "secret file",
  traversal: "path traversal",
  injection: "injection",
  "known-exploit": "known exploit",
  "scanner-agent": "scanner",
  "open-proxy": "open proxy",
  malformed: "not HTTP",
  "admin-probe": "admin interface",
  "sensitive-path": "sensitive path",
  "login-attempt": "login",
  "login-failure": "failed login",
  "crawler-claim": "says it is a crawler",
};

/** The words of a request's marks; those that tell nothing about an attack are left out. */
export const markWords = (marks: readonly string[]): string[] =>
  marks.flatMap((mark) => MARK_WORDS[mark] ?? []);
