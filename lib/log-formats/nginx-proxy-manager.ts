import { type AccessLogEntry, parseTime } from "@/lib/access-log";
import { entryOf, quotedAt } from "@/lib/log-formats/fields";

/** `[time] cache upstream-status status - GET https host "/path" [Client 203.0.113.9] [Length 1] … "agent" "referrer"` */
const HEAD =
  /^\[([^\]]{26})\] (?:\S{1,16} )?(?:(?:\d{3}|-) )?(\d{3}) - (\S{1,32}) (\S{1,16}) (\S{1,255}) (?=")/;

/** A line of Nginx Proxy Manager: of a proxied host, with the upstream's status, or of any other, without. */
export function parseNginxProxyManager(line: string): AccessLogEntry | null {
  const head = HEAD.exec(line);
  if (head === null) return null;
  const [all, time = "", status = "", method, , host] = head;
  const path = quotedAt(line, all.length);
  if (path === null) return null;
  const rest = line.slice(path.end);
  const client = /^ \[Client ([^\]]{1,64})\](?: \[Length (\d{1,15})\])?/.exec(rest);
  const agent = quotedAt(rest, rest.indexOf('"'));
  return entryOf({
    remote: client?.[1] ?? "",
    at: parseTime(time),
    requestLine: `${method} ${path.text} HTTP/1.1`,
    status,
    host,
    bytes: client?.[2],
    userAgent: agent?.text,
    referrer: agent === null ? null : quotedAt(rest, agent.end + 1)?.text,
  });
}

/** `[time] host 203.0.113.9 0.227 "GET / HTTP/2.0" 207 125 440 referrer agent`, where the agent has no quotes. */
const PLUS_HEAD = /^\[([^\]]{26})\] (\S{1,255}) ([\da-fA-F:.]{2,45}) (?:[\d.]{1,16}|-) (?=")/;
const PLUS_TAIL = /^ (\d{3}) (\d{1,15}|-) (?:\d{1,15}|-) (\S{1,2048}) (.*)$/;

/** A line of NPMplus. */
export function parseNpmPlus(line: string): AccessLogEntry | null {
  const head = PLUS_HEAD.exec(line);
  if (head === null) return null;
  const [all, time = "", host, remote = ""] = head;
  const request = quotedAt(line, all.length);
  const tail = request && PLUS_TAIL.exec(line.slice(request.end));
  if (!request || !tail) return null;
  const [, status = "", bytes, referrer, userAgent] = tail;
  return entryOf({
    remote,
    at: parseTime(time),
    requestLine: request.text,
    status,
    bytes,
    host,
    referrer,
    userAgent,
  });
}
