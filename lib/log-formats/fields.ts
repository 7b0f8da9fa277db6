import { type AccessLogEntry, parseRequestLine } from "@/lib/access-log";
import { parseHop } from "@/lib/hop";
import { decodeText } from "@/lib/log-escapes";

/** What a format tells of a request, as text; `-` and empty mean that it tells nothing. */
export type LogFields = {
  readonly remote: string;
  readonly at: Date | null;
  readonly requestLine: string;
  readonly status: string | number | null;
  readonly host?: string | null;
  readonly user?: string | null;
  readonly bytes?: string | number | null;
  readonly referrer?: string | null;
  readonly userAgent?: string | null;
};

/** The entry that these fields make; `null` where nobody asked or no time is known. */
export function entryOf(fields: LogFields): AccessLogEntry | null {
  if (fields.at === null || Number.isNaN(fields.at.getTime()) || fields.remote === "") return null;
  return {
    host: said(fields.host),
    remote: fields.remote,
    ip: parseHop(fields.remote),
    user: said(fields.user),
    at: fields.at,
    requestLine: fields.requestLine,
    ...parseRequestLine(fields.requestLine),
    status: counted(fields.status),
    bytes: counted(fields.bytes),
    referrer: said(fields.referrer),
    userAgent: said(fields.userAgent),
  };
}

/** A time of RFC 3339; what lacks a zone is UTC. */
export function readIsoTime(text: unknown): Date | null {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return null;
  const at = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The first address of a list such as `203.0.113.9, 10.0.0.1`: the one that a proxy in front calls the client. */
export function firstAddress(text: string): string {
  return (text.split(",")[0] ?? "").trim();
}

/** The text in the quotes that open at `start`, with its escapes, and where it ends; `null` where they never close. */
export function quotedAt(line: string, start: number): { text: string; end: number } | null {
  if (line[start] !== '"') return null;
  for (let index = start + 1; index < line.length; index++) {
    if (line[index] === "\\") index++;
    else if (line[index] === '"') return { text: line.slice(start + 1, index), end: index + 1 };
  }
  return null;
}

/** Blank-separated fields, of which quoted ones keep their blanks and lose their quotes. */
export function splitFields(line: string, max: number): string[] {
  const fields: string[] = [];
  for (let start = 0; start < line.length && fields.length < max; ) {
    const quoted = quotedAt(line, start);
    const blank = line.indexOf(" ", start);
    const end = quoted?.end ?? (blank < 0 ? line.length : blank);
    fields.push(quoted?.text ?? line.slice(start, end));
    start = end + 1;
  }
  return fields;
}

/** `GET /a HTTP/1.1` and the host of `GET https://example.com:443/a HTTP/1.1`, which some logs write for a plain path. */
export function withoutOrigin(request: string): { requestLine: string; host: string | null } {
  const match = /^(\S{1,32}) (?:https?|wss?):\/\/([^/ ?]{0,255})(\S*)(.*)$/.exec(request);
  if (match === null) return { requestLine: request, host: null };
  const [, method, host = "", path = "", rest] = match;
  return { requestLine: `${method} ${path.startsWith("/") ? path : `/${path}`}${rest}`, host };
}

function said(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === "-" || text === "" ? null : decodeText(text);
}

function counted(value: string | number | null | undefined): number | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : null;
  return value && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
