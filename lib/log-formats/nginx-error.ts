import type { AccessLogEntry } from "@/lib/access-log";
import { entryOf, quotedAt, withoutOrigin } from "@/lib/log-formats/fields";

const HEAD = /(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) \[[a-z]{1,8}\] \d{1,10}#\d{1,10}: /;
const HEAD_START_MAX = 200;

/** What the server answered, as the message betrays it. */
const ANSWERS: readonly [mark: string, status: number][] = [
  ["limiting requests", 429],
  ["limiting connections", 429],
  ["No such file or directory", 404],
  ["is not found", 404],
  ["password mismatch", 401],
  ["was not found in", 401],
  ["no user/password was provided", 401],
  ["is forbidden", 403],
  ["forbidden by rule", 403],
  ["Permission denied", 403],
  ["too large body", 413],
];

/** A request that nginx complains about in its error log; the time has no zone there and counts as UTC. */
export function parseNginxError(line: string): AccessLogEntry | null {
  const head = HEAD.exec(line.slice(0, HEAD_START_MAX + 64));
  if (head === null || head.index > HEAD_START_MAX) return null;
  const [all, year, month, day, time] = head;
  const message = line.slice(head.index + all.length);
  // The client's own text comes behind: what stands before it is the server's.
  const clientStart = message.indexOf(", client: ");
  if (clientStart < 0) return null;
  const own = message.slice(0, clientStart);
  const facts = message.slice(clientStart);
  const request = factOf(facts, "request");
  if (request === null) return null;
  const host = factOf(facts, "host");
  return entryOf({
    remote: /^, client: ([^,]{1,64})/.exec(facts)?.[1] ?? "",
    at: new Date(`${year}-${month}-${day}T${time}Z`),
    requestLine: ownTarget(request, host),
    status: ANSWERS.find(([mark]) => own.includes(mark))?.[1] ?? null,
    host,
    user: /^[^"]{0,40}\buser "([^"]{0,255})"/.exec(own)?.[1],
    referrer: factOf(facts, "referrer"),
  });
}

/** What HTTP/2 clients ask of the site itself is written here as an absolute target without a protocol. */
function ownTarget(request: string, host: string | null): string {
  const target = withoutOrigin(request);
  if (host === null || target.host !== host) return request;
  return / HTTP\/[\d.]+$/.test(target.requestLine) ? target.requestLine : `${target.requestLine} HTTP/2.0`;
}

function factOf(facts: string, name: string): string | null {
  const mark = `, ${name}: `;
  const start = facts.indexOf(mark);
  return start < 0 ? null : (quotedAt(facts, start + mark.length)?.text ?? null);
}
