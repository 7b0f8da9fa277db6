import { parseHop } from "@/lib/hop";
import type { Ip } from "@/lib/ip";
import { decodeText, encodeTarget } from "@/lib/log-escapes";

/** One request as a web server's log tells it. `-` in the log is `null` here. */
export type AccessLogEntry = {
  /** The virtual host, where the format begins with one. */
  readonly host: string | null;
  /** Who asked, as the log says it; `ip` is `null` where that is a host name. */
  readonly remote: string;
  readonly ip: Ip | null;
  readonly user: string | null;
  readonly at: Date;
  /** As it stands in the log, escapes included. */
  readonly requestLine: string;
  /** These three are `null` where the request line is not one of HTTP. */
  readonly method: string | null;
  /** As a client should have sent it: what no target may hold is percent-encoded. */
  readonly target: string | null;
  readonly protocol: string | null;
  readonly status: number | null;
  readonly bytes: number | null;
  readonly referrer: string | null;
  readonly userAgent: string | null;
};

const LINE_LENGTH_MAX = 65_536;
const TIME_LENGTH = 26;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads a line of the common or the combined format as Apache and nginx write them, with a virtual
 * host in front or further fields behind. `null` when it is not such a line. One pass, in linear time.
 */
export function parseAccessLogLine(line: string): AccessLogEntry | null {
  if (line.length > LINE_LENGTH_MAX) return null;
  const time = findTime(line);
  if (time === null) return null;
  const visitor = parseVisitor(line.slice(0, time.start));
  if (visitor === null) return null;
  const requestStart = time.start + TIME_LENGTH + 4;
  const requestEnd = quoteEnd(line, requestStart, isBeforeStatus);
  if (requestEnd < 0) return null;
  const requestLine = line.slice(requestStart, requestEnd);
  const statusStart = requestEnd + 2;
  const bytesStart = statusStart + tokenLength(line, statusStart) + 1;
  const bytesEnd = bytesStart + tokenLength(line, bytesStart);
  const referrer = readQuoted(line, bytesEnd + 1);
  const userAgent = readQuoted(line, referrer.end + 1);
  return {
    ...visitor,
    at: time.at,
    requestLine,
    ...parseRequestLine(requestLine),
    status: parseCount(line.slice(statusStart, bytesStart - 1)),
    bytes: parseCount(line.slice(bytesStart, bytesEnd)),
    referrer: referrer.text,
    userAgent: userAgent.text,
  };
}

/** The first time stamp that a quoted field follows: a user's name may hold brackets, but no bare quote. */
function findTime(line: string): { start: number; at: Date } | null {
  for (let start = line.indexOf("["); start >= 0; start = line.indexOf("[", start + 1)) {
    if (!line.startsWith('] "', start + 1 + TIME_LENGTH)) continue;
    const at = parseTime(line.slice(start + 1, start + 1 + TIME_LENGTH));
    if (at !== null) return { start, at };
  }
  return null;
}

/** `17/May/2015:10:05:03 +0000` */
export function parseTime(text: string): Date | null {
  const match = /^(\d\d)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text);
  if (match === null) return null;
  const [day, year, hour, minute, second, offsetHours, offsetMinutes] = [1, 3, 4, 5, 6, 8, 9].map((group) =>
    Number(match[group]),
  ) as [number, number, number, number, number, number, number];
  const month = MONTHS.indexOf(match[2]!);
  // Second 60 is a leap second.
  const isTime = hour < 24 && minute < 60 && second <= 60 && offsetHours < 24 && offsetMinutes < 60;
  if (month < 0 || year < 1970 || !isTime) return null;
  const isDay = new Date(Date.UTC(year, month, day)).getUTCDate() === day;
  const offset = (offsetHours * 60 + offsetMinutes) * (match[7] === "-" ? -1 : 1);
  return isDay ? new Date(Date.UTC(year, month, day, hour, minute - offset, second)) : null;
}

type Visitor = Pick<AccessLogEntry, "host" | "remote" | "ip" | "user">;

/** `[host] remote ident [user]`, where the user's name may hold spaces and the host may be empty. */
function parseVisitor(text: string): Visitor | null {
  const tokens = text.split(" ").filter((token) => token !== "");
  const headerEnd = tokens.findIndex((token) => token.endsWith(":"));
  // Only where no visitor stands in front may a syslog header be skipped: a user's name may look like one.
  return readVisitor(tokens) ?? (headerEnd < 0 ? null : readVisitor(tokens.slice(headerEnd + 1)));
}

function readVisitor(tokens: readonly string[]): Visitor | null {
  const [first, second, third, ...rest] = tokens;
  if (first === undefined || second === undefined || first.includes('"')) return null;
  const ip = parseHop(first);
  if (rest.length > 0) {
    const secondIp = parseHop(second);
    const isHost = secondIp !== null || (ip === null && second !== "-" && third === "-");
    if (isHost) return { host: orNull(first), remote: second, ip: secondIp, user: orNull(rest.join(" ")) };
  }
  if (ip === null && second !== "-" && rest.length > 0) return null;
  if (ip === null && third === undefined) return null;
  return { host: null, remote: first, ip, user: orNull([third ?? "-", ...rest].join(" ")) };
}

type RequestParts = Pick<AccessLogEntry, "method" | "target" | "protocol">;
const MALFORMED: RequestParts = { method: null, target: null, protocol: null };

/** RFC 9112 3, or HTTP/0.9 without a protocol; blanks inside the target are the client's fault. */
export function parseRequestLine(text: string): RequestParts {
  const methodEnd = text.indexOf(" ");
  const method = text.slice(0, Math.max(methodEnd, 0));
  if (!/^[!#$%&'*+.^_`|~\w-]{1,32}$/.test(method)) return MALFORMED;
  const targetEnd = text.lastIndexOf(" ");
  const last = text.slice(targetEnd + 1);
  const protocol = targetEnd > methodEnd && /^[A-Z]{2,8}\/\d(?:\.\d{1,2})?$/.test(last) ? last : null;
  const target = text.slice(methodEnd + 1, protocol === null ? text.length : targetEnd).trim();
  if (target === "" || (protocol === null && !target.startsWith("/"))) return MALFORMED;
  const encoded = encodeTarget(target);
  return encoded === null ? MALFORMED : { method, target: encoded, protocol };
}

function orNull(text: string): string | null {
  return text === "-" || text === "" ? null : decodeText(text);
}

/** A quoted field that starts at `start`; one that a cut-off line leaves open ends with the line. */
function readQuoted(line: string, start: number): { text: string | null; end: number } {
  if (line[start] !== '"') return { text: null, end: start };
  const end = quoteEnd(line, start + 1, isBeforeSpace);
  const textEnd = end < 0 ? line.length : end;
  return { text: orNull(line.slice(start + 1, textEnd)), end: textEnd + 1 };
}

/** Where the closing quote stands: not escaped, and followed by what must follow; or -1. */
function quoteEnd(line: string, start: number, isFollowed: (line: string, index: number) => boolean): number {
  for (let index = start; index < line.length; index++) {
    const character = line[index];
    if (character === "\\") index++;
    else if (character === '"' && isFollowed(line, index + 1)) return index;
  }
  return -1;
}

function isBeforeSpace(line: string, index: number): boolean {
  return index >= line.length || line[index] === " ";
}

function isBeforeStatus(line: string, index: number): boolean {
  return /^ (?:\d{3}|-)(?: |$)/.test(line.slice(index, index + 5));
}

function tokenLength(line: string, start: number): number {
  const end = line.indexOf(" ", start);
  return Math.max((end < 0 ? line.length : end) - start, 0);
}

function parseCount(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
