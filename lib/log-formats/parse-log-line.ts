import { type AccessLogEntry, parseAccessLogLine } from "@/lib/access-log";
import { parseAwsAlb } from "@/lib/log-formats/aws-alb";
import { parseEnvoyJson, parseTraefikJson, withoutContainerPrefix } from "@/lib/log-formats/json";
import { parseNginxError } from "@/lib/log-formats/nginx-error";
import { parseNginxProxyManager, parseNpmPlus } from "@/lib/log-formats/nginx-proxy-manager";
import { parseEnvoyText, parseHaproxy } from "@/lib/log-formats/proxies";

type Parse = (line: string) => AccessLogEntry | null;

/** The formats by name. Each parser knows its own lines by their beginning and turns away all others. */
export const LOG_FORMATS = {
  "aws-alb": parseAwsAlb,
  "traefik-json": parseTraefikJson,
  "envoy-json": parseEnvoyJson,
  "envoy-text": parseEnvoyText,
  "nginx-proxy-manager": parseNginxProxyManager,
  npmplus: parseNpmPlus,
  haproxy: parseHaproxy,
  "nginx-error": parseNginxError,
  /** Common and combined, of Apache, nginx, Traefik and BunkerWeb, with a virtual host or a syslog header in front. */
  combined: parseAccessLogLine,
} as const satisfies Record<string, Parse>;

export type LogFormat = keyof typeof LOG_FORMATS;

const LINE_LENGTH_MAX = 65_536;
const ALL: readonly Parse[] = Object.values(LOG_FORMATS);

/** Reads a line of any known format, or of the one that is named; `null` when it tells of no request. Linear time. */
export function parseLogLine(line: string, format?: LogFormat): AccessLogEntry | null {
  if (line.length > LINE_LENGTH_MAX) return null;
  const text = withoutContainerPrefix(line);
  if (format !== undefined) return LOG_FORMATS[format](text);
  for (const parse of ALL) {
    const entry = parse(text);
    if (entry !== null) return entry;
  }
  return null;
}
