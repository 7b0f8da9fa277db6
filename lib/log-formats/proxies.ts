import type { AccessLogEntry } from "@/lib/access-log";
import { entryOf, firstAddress, quotedAt, readIsoTime, splitFields } from "@/lib/log-formats/fields";

/** Envoy's default text format: `[start] "GET / HTTP/1.1" 200 - 0 512 30 15 "forwarded for" "agent" "id" "host" "upstream"`. */
export function parseEnvoyText(line: string): AccessLogEntry | null {
  const head = /^\[(\d{4}-[^\]]{10,40})\] (?=")/.exec(line);
  const request = head && quotedAt(line, head[0].length);
  if (!head || !request) return null;
  const fields = splitFields(line.slice(request.end + 1), 11);
  return entryOf({
    remote: firstAddress(fields[6] ?? ""),
    at: readIsoTime(head[1]),
    requestLine: request.text,
    status: fields[0] ?? null,
    bytes: fields[3],
    userAgent: fields[7],
    host: fields[9],
  });
}

const HAPROXY =
  /^(?:.{0,120}? )?haproxy\[\d{1,10}\]: ([\da-fA-F.:]{2,45}):\d{1,5} \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)\.\d{1,6}\] \S{1,255} \S{1,255} [-+\d/]{1,80} (\d{3}) \+?(\d{1,15}) /;

/** HAProxy's HTTP log (`option httplog`); its time has no zone and counts as UTC. */
export function parseHaproxy(line: string): AccessLogEntry | null {
  const head = HAPROXY.exec(line);
  if (head === null) return null;
  const [all, remote = "", day, month, year, time, status = "", bytes] = head;
  const request = quotedAt(line, line.indexOf('"', all.length));
  return entryOf({
    remote,
    at: new Date(`${day} ${month} ${year} ${time} UTC`),
    requestLine: request?.text ?? "",
    status,
    bytes,
  });
}
