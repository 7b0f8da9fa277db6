import type { RequestEvent } from "@/lib/events/request-event";
import { uuidAt } from "@/lib/uuid";

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/** A request event as a door makes it, of a browser that looks at a page. */
export function testEvent(change: Partial<RequestEvent> & { at: number }): RequestEvent {
  return {
    id: uuidAt(change.at),
    ip: "198.51.100.7",
    method: "GET",
    host: "example.org",
    path: "/",
    query: null,
    status: 200,
    durationMs: 3,
    userAgent: BROWSER,
    referrerHost: null,
    verdict: "allow",
    reason: "default",
    ruleId: null,
    policy: null,
    door: "node",
    kind: "page",
    userId: null,
    place: null,
    ...change,
  };
}
