import { existsSync } from "node:fs";
import path from "node:path";
import { readLines } from "@/bench/eval/manifest";
import { makeEvents } from "@/bench/made-events";
import { DURATION_MIN_MS, DURATION_SPREAD_MS } from "@/bench/traffic-shape";
import { type AccessLogEntry, parseAccessLogLine } from "@/lib/access-log";
import { CUT, cut, kindOf, type RequestEvent, referrerHostOf } from "@/lib/events/request-event";
import { formatIp } from "@/lib/ip";
import { uuidAt } from "@/lib/uuid";

const LOG = path.join("..", "shared", "data", "elastic_apache_logs", "apache_logs.log");
const REQUESTS = 10_000;
const HOURS = 84;
const HOUR_MS = 3_600_000;
const NO_HEADERS = { get: () => null };

/**
 * The requests of the elastic log as a door would have recorded them, the last one now. Where the log is missing, made-up
 * ones, as many over as long a time.
 */
export function loggedEvents(now: Date): { source: string; events: RequestEvent[] } {
  if (!existsSync(LOG)) {
    const window = { from: new Date(now.getTime() - HOURS * HOUR_MS), to: now };
    return { source: "made-up requests of the same shape", events: makeEvents(REQUESTS, window) };
  }
  const entries = readLines(LOG)
    .map(parseAccessLogLine)
    .filter((entry) => entry !== null);
  const last = Math.max(...entries.map(({ at }) => at.getTime()));
  const events = entries.map((entry, number) => eventOf(entry, now.getTime() - last, number));
  return { source: "the elastic log", events: events.sort((one, other) => one.at - other.at) };
}

function eventOf(entry: AccessLogEntry, byMs: number, number: number): RequestEvent {
  const at = entry.at.getTime() + byMs;
  const [target = "/", query = null] = entry.target?.split(/\?(.*)/s) ?? [];
  const asked = cut(target, CUT.path);
  return {
    id: uuidAt(at),
    at,
    ip: entry.ip && formatIp(entry.ip),
    method: cut(entry.method ?? "GET", CUT.method),
    host: "www.example.org",
    path: asked,
    query: query === null ? null : cut(query, CUT.query),
    status: entry.status,
    durationMs: DURATION_MIN_MS + (number % DURATION_SPREAD_MS),
    userAgent: cut(entry.userAgent ?? "", CUT.userAgent),
    referrerHost: referrerHostOf(entry.referrer),
    verdict: "allow",
    reason: "default",
    ruleId: null,
    policy: null,
    door: "node",
    kind: kindOf(asked, NO_HEADERS),
    userId: null,
    place: null,
  };
}
