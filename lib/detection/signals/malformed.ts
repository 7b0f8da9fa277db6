import type { SignalFamily } from "@/lib/detection/signals/family";

/** IANA's HTTP method registry, and what caches and Microsoft's clients send besides. */
const METHODS = new Set(
  (
    "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PRI ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK " +
    "LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPFIND PROPPATCH REBIND REPORT " +
    "SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL QUERY PURGE BAN NOTIFY SUBSCRIBE " +
    "UNSUBSCRIBE POLL BPROPFIND BPROPPATCH BCOPY BMOVE BDELETE M-SEARCH RPC_IN_DATA RPC_OUT_DATA"
  ).split(" "),
);
const PROTOCOL = /^HTTP\/(?:0\.9|1\.[01]|2(?:\.0)?|3(?:\.0)?)$/i;

/** A request that no program for the web sends: binary, another protocol, an impossible version, control characters. */
export const malformed: SignalFamily = {
  signal: "malformed",
  find({ source, rawPath, pathText }) {
    const { method, protocol, requestLine, status } = source;
    if (method === null) {
      // Browsers open connections ahead of need; a server logs one that was never used as "-".
      const line = requestLine?.trim() ?? "";
      if (line === "" || line === "-" || status === 408) return null;
      return { rule: /\\x|[^\P{Cc}\t]/u.test(line) ? "binary" : "request-line", evidence: line };
    }
    if (!METHODS.has(method)) return { rule: "unknown-method", evidence: method };
    if (protocol && !PROTOCOL.test(protocol)) return { rule: "protocol-version", evidence: protocol };
    if (requestLine && protocol === null) return { rule: "no-protocol", evidence: requestLine };
    if (/[\u2400]|[^\P{Cc}\t\n\r\u0080-\u009f]/u.test(pathText))
      return { rule: "control-character", evidence: rawPath };
    return null;
  },
};
