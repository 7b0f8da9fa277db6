import type { OutgoingHttpHeaders } from "node:http";
import type { LoggedRequest } from "@/cli/replay/plan";
import type { ForwardedHeader } from "@/lib/client-ip";
import { REPLAY_HEADER, writeReplayMark } from "@/lib/guard/replay-mark";
import { formatIp, type Ip } from "@/lib/ip";

export type HeadOptions = {
  /** The site's own name and port, for requests of which the log does not tell the host. */
  host: string;
  /** The header in which this Gatehouse reads whom a proxy speaks for. */
  forwardedHeader: ForwardedHeader;
  /** Milliseconds that the log's times are moved by, and the secret that makes a door believe it; null for "now". */
  shift: { byMs: number; secret: string } | null;
};

/** Characters of a text that a door looks at. More would only make the head too large for a server. */
const TEXT_LENGTH_MAX = 2048;

/** The header fields of a request of the log. */
export function headersOf(
  request: LoggedRequest,
  { host, forwardedHeader, shift }: HeadOptions,
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    host: request.host && /^[a-z\d][a-z\d.-]*(?::\d{1,5})?$/i.test(request.host) ? request.host : host,
    [forwardedHeader]: forwardedHeader === "forwarded" ? `for=${nodeName(request.ip)}` : formatIp(request.ip),
    accept: "*/*",
  };
  if (request.referrer !== null) headers.referer = fieldValue(request.referrer);
  if (request.userAgent !== null) headers["user-agent"] = fieldValue(request.userAgent);
  if (shift)
    headers[REPLAY_HEADER] = writeReplayMark(new Date(request.at.getTime() + shift.byMs), shift.secret);
  return headers;
}

/** RFC 7239 section 6: an IPv6 address stands in brackets and therefore in quotes. */
function nodeName(ip: Ip): string {
  return ip.version === 4 ? formatIp(ip) : `"[${formatIp(ip)}]"`;
}

/** A text as the bytes of a field value (RFC 9110 section 5.5): UTF-8, without control characters. */
function fieldValue(text: string): string {
  const bytes = Buffer.from(text.slice(0, TEXT_LENGTH_MAX).toWellFormed(), "utf8").toString("latin1");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return bytes.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, "?");
}
