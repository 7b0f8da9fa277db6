import type { PolicyId } from "@/lib/guard/policy";
import { rateLimitHeaders } from "@/lib/guard/rate-limit-headers";
import { refusalOf } from "@/lib/guard/refusal";
import type { LimitState } from "@/lib/guard/verdict";

type LimitedResult = { outcome: "exceeded" | "unavailable"; states: LimitState[]; retryAfterSeconds: number };
type AnswerOptions = { status?: number; states?: readonly LimitState[]; cookies?: readonly string[] };

/** JSON that no cache keeps, with the fields of the limits that the request was counted by. */
export function jsonAnswer(
  body: unknown,
  { status = 200, states = [], cookies = [] }: AnswerOptions = {},
): Response {
  const headers = new Headers({ "cache-control": "no-store", ...rateLimitHeaders(states) });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return Response.json(body, { status, headers });
}

/** Sends a browser on to a page of this site, after a form. */
export function seeOther(path: string, { states = [], cookies = [] }: AnswerOptions = {}): Response {
  const headers = new Headers({ "cache-control": "no-store", location: path, ...rateLimitHeaders(states) });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/** The answer to a request that a limit stops behind the door: the very one that the door gives. */
export function limitAnswer(policy: PolicyId, result: LimitedResult, requestId: string): Response {
  const { outcome, states, retryAfterSeconds } = result;
  const reason = outcome === "exceeded" ? "rate-limit" : "limiter-unavailable";
  const verdict = { action: "limit", reason, policy, limits: states, retryAfterSeconds } as const;
  const { status, headers, body } = refusalOf(verdict, requestId, null);
  return new Response(body, { status, headers });
}

/** The answer where no door of ours is in front: without one nobody knows whose request it is. */
export function noDoorAnswer(): Response {
  const error = "This server is not behind a door of Gatehouse: use the address that visitors use.";
  return jsonAnswer({ error }, { status: 503 });
}
