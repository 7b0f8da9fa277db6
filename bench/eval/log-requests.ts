import type { AccessLogEntry } from "@/lib/access-log";
import type { ActivityRequest } from "@/lib/detection/activity";
import { signalsOf } from "@/lib/detection/signals";
import { CUT, cut, kindOf } from "@/lib/events/request-event";
import { formatIp, formatRange, networkOf } from "@/lib/ip";

const NO_HEADERS = { get: () => null };

/** A line of a log as detection would see the request in the record, its query read for signals and dropped. */
export function requestOf(entry: AccessLogEntry): ActivityRequest {
  const { path, query } = split(entry);
  const kind = kindOf(path, NO_HEADERS);
  const userAgent = cut(entry.userAgent ?? "", CUT.userAgent);
  return {
    key: addressOf(entry),
    network: entry.ip === null ? addressOf(entry) : formatRange(networkOf(entry.ip)),
    at: entry.at.getTime(),
    path: cut(path, CUT.path),
    userAgent,
    status: entry.status,
    kind,
    signals: signalsOf({
      method: entry.method,
      path,
      query,
      userAgent,
      status: entry.status,
      referrer: entry.referrer,
      requestLine: entry.requestLine,
      protocol: entry.protocol,
      kind,
      host: entry.host,
    }),
    // Too many requests: the server in front refused it, as a door's own limit would.
    verdict: entry.status === 429 ? "limit" : "allow",
    signedIn: entry.user !== null && entry.status !== null && entry.status < 400,
  };
}

export function addressOf({ ip, remote }: AccessLogEntry): string {
  return ip === null ? remote : formatIp(ip);
}

function split({ method, target, requestLine }: AccessLogEntry): { path: string; query: string | null } {
  if (method === null || target === null) return { path: requestLine, query: null };
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: null }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
