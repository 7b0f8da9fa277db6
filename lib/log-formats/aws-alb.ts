import type { AccessLogEntry } from "@/lib/access-log";
import { entryOf, readIsoTime, splitFields, withoutOrigin } from "@/lib/log-formats/fields";

const KIND = /^(?:https?|h2|grpcs|wss?) \d{4}-/;
/** Places of the fields, as the documentation of AWS Application Load Balancers numbers them from 0. */
const FIELD = {
  time: 1,
  client: 3,
  status: 8,
  bytes: 11,
  request: 12,
  userAgent: 13,
  createdAt: 21,
} as const;

/** A line of an AWS Application Load Balancer; the time is when the request came, not when it was answered. */
export function parseAwsAlb(line: string): AccessLogEntry | null {
  if (!KIND.test(line)) return null;
  const fields = splitFields(line, 32);
  const field = (name: keyof typeof FIELD) => fields[FIELD[name]] ?? "";
  // The balancer writes absolute targets where clients sent paths.
  const target = withoutOrigin(field("request"));
  return entryOf({
    remote: field("client"),
    at: readIsoTime(field("createdAt")) ?? readIsoTime(field("time")),
    requestLine: target.requestLine,
    host: target.host,
    status: field("status"),
    bytes: field("bytes"),
    userAgent: field("userAgent"),
  });
}
