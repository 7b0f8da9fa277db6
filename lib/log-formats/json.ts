import type { AccessLogEntry } from "@/lib/access-log";
import { entryOf, readIsoTime } from "@/lib/log-formats/fields";

type Json = Record<string, unknown>;

/** What a container runtime writes in front of each line. */
const CONTAINER_PREFIX = /^\d{4}-\d\d-\d\dT\S{1,40} std(?:out|err) [FP] /;

export function withoutContainerPrefix(line: string): string {
  return line.replace(CONTAINER_PREFIX, "");
}

/** Traefik's access log in JSON (`accesslog.format=json`). */
export function parseTraefikJson(line: string): AccessLogEntry | null {
  const json = readObject(line);
  if (json === null || text(json, "ClientHost") === null) return null;
  return entryOf({
    // With a list in front of it, the nearest hop: further ones anybody may have written.
    remote: (text(json, "ClientHost") ?? "").split(",").at(-1)?.trim() ?? "",
    at: readIsoTime(json.StartUTC) ?? readIsoTime(json.time),
    requestLine: requestLineOf(json, "RequestMethod", "RequestPath", "RequestProtocol"),
    status: number(json, "DownstreamStatus"),
    host: text(json, "RequestHost"),
    user: text(json, "ClientUsername"),
    bytes: number(json, "DownstreamContentSize"),
    referrer: text(json, "request_Referer"),
    userAgent: text(json, "request_User-Agent"),
  });
}

/** Envoy's access log as its gateways write it in JSON. */
export function parseEnvoyJson(line: string): AccessLogEntry | null {
  const json = readObject(line);
  if (json === null || number(json, "response_code") === null) return null;
  return entryOf({
    // As Envoy sees it: what stands in x-forwarded-for anybody may have written.
    remote: text(json, "downstream_remote_address") ?? "",
    at: readIsoTime(json.start_time),
    requestLine: requestLineOf(json, "method", "x-envoy-origin-path", "protocol"),
    status: number(json, "response_code"),
    host: text(json, ":authority"),
    bytes: number(json, "bytes_sent"),
    userAgent: text(json, "user-agent"),
  });
}

function readObject(line: string): Json | null {
  const start = line.indexOf("{");
  // A syslog header may stand in front, another message may not.
  if (start < 0 || start > 200) return null;
  try {
    const value: unknown = JSON.parse(line.slice(start));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

function requestLineOf(json: Json, method: string, path: string, protocol: string): string {
  // Where a log leaves out the protocol, the others still make a request line.
  return [text(json, method) ?? "", text(json, path) ?? "", text(json, protocol) ?? "HTTP/1.1"].join(" ");
}

function text(json: Json, name: string): string | null {
  const value = json[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function number(json: Json, name: string): number | null {
  const value = json[name];
  return typeof value === "number" ? value : null;
}
