import { Redis } from "@upstash/redis";
import { type Env, required } from "@/lib/env";

/** Milliseconds that a door gives the edge store for one answer. */
export const REDIS_TIMEOUT_MS = 400;

/**
 * A client of the edge store that answers or fails within half a second: with the library's defaults a dead Redis
 * holds each request for 4.3 s. The signal is a function: a plain one turns an aborted read into `null`, which would
 * read as "no rules".
 */
export function edgeStore(env: Env, options: { timeoutMs?: number; retries?: number } = {}): Redis {
  return new Redis({
    url: required(env, "UPSTASH_REDIS_REST_URL"),
    token: required(env, "UPSTASH_REDIS_REST_TOKEN"),
    automaticDeserialization: false,
    enableTelemetry: false,
    latencyLogging: false,
    // All that we store is plain text: encoding answers once more would cost a third more of them.
    responseEncoding: false,
    retry: { retries: options.retries ?? 1, backoff: () => 50 },
    signal: () => AbortSignal.timeout(options.timeoutMs ?? REDIS_TIMEOUT_MS),
  });
}

export type { Redis };

/** Every key of the edge store, in one place, so that what we own there can be listed and rebuilt. */
export const KEYS = {
  ruleSetVersion: "gatehouse:rules:version",
  /** The chunks of a publication, by the keys of their content. */
  ruleSetManifest: (publishId: string) => `gatehouse:rules:${publishId}`,
  ruleSetChunk: (contentKey: string) => `gatehouse:rules:chunk:${contentKey}`,
  events: "gatehouse:events",
  eventsUnreadable: "gatehouse:events:unreadable",
  eventStats: "gatehouse:events:stats",
  rateLimit: "gatehouse:limit",
  sessions: "gatehouse:sessions",
} as const;
