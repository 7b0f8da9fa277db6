import { METHODS } from "node:http";
import { parseAccessLogLine } from "@/lib/access-log";
import type { Ip } from "@/lib/ip";

/** A request of the log, as it can be sent again. */
export type LoggedRequest = {
  at: Date;
  ip: Ip;
  method: string;
  target: string;
  /** The virtual host, where the log tells it. */
  host: string | null;
  referrer: string | null;
  userAgent: string | null;
};

export type Plan =
  | { kind: "request"; request: LoggedRequest }
  | { kind: "unparsable" }
  | { kind: "unsendable"; reason: string };

/** As Apache limits it: longer ones would not fit into what a server takes as head, either. */
export const TARGET_LENGTH_MAX = 8190;

const methods = new Set(METHODS);
// The four forms of RFC 9112 section 3.2. CONNECT takes the last one and only that.
const ORIGIN_OR_ASTERISK = /^(?:\/.*|\*)$/;
const ABSOLUTE = /^[a-z]+:\/\/[\w.~%!$&'()*+,;=:[\]-]+(?:[/?].*)?$/i;
const AUTHORITY = /^(?:[\w.~-]+|\[[\da-f:.]+\]):\d{1,5}$/i;

/** What is to be done with a line. */
export function planLine(line: string): Plan {
  const entry = parseAccessLogLine(line);
  if (!entry) return { kind: "unparsable" };
  const { ip, method, target, at, host, referrer, userAgent } = entry;
  if (!ip) return unsendable("the visitor is a host name, not an address");
  if (method === null || target === null) return unsendable("what was sent was not HTTP");
  if (!methods.has(method)) return unsendable(`no server of Node.js takes the method ${method}`);
  if (target.length > TARGET_LENGTH_MAX)
    return unsendable(`its target has over ${TARGET_LENGTH_MAX} characters`);
  const isTarget =
    method === "CONNECT" ? AUTHORITY.test(target) : ORIGIN_OR_ASTERISK.test(target) || ABSOLUTE.test(target);
  if (!isTarget) return unsendable("its target is no path and no address");
  return { kind: "request", request: { at, ip, method, target, host, referrer, userAgent } };
}

function unsendable(reason: string): Plan {
  return { kind: "unsendable", reason };
}
