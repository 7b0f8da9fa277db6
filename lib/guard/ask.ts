import type { Decision, Door, DoorRequest } from "@/lib/guard/door";
import { normalPath } from "@/lib/guard/normal-path";
import { refusalOf } from "@/lib/guard/refusal";
import { DATA_POLICY, POLICY_HEADER, SECURITY_HEADERS } from "@/lib/guard/security-headers";

/** Where another server asks whether it may serve a visitor: nginx auth_request, Traefik forwardAuth, Caddy forward_auth. */
export const ASK_PATH = "/api/verify";

const ALLOWED_HEADERS = { ...SECURITY_HEADERS, [POLICY_HEADER]: DATA_POLICY, "cache-control": "no-store" };

export type AskAnswer = { status: number; headers: Record<string, string>; body: string };

export function isAsk(target: string): boolean {
  const end = target.indexOf("?");
  return normalPath(end === -1 ? target : target.slice(0, end)) === ASK_PATH;
}

/** The visitor's request as the asking server describes it. Its cookies are another application's: they are not read. */
export function askedRequest(request: DoorRequest): DoorRequest {
  const { headers } = request;
  const method = headers.get("x-original-method") ?? headers.get("x-forwarded-method") ?? "GET";
  const target = headers.get("x-original-uri") ?? headers.get("x-forwarded-uri") ?? "/";
  const host = headers.get("x-original-host") ?? headers.get("x-forwarded-host") ?? headers.get("host");
  const get = (name: string) => (name === "host" ? host : name === "cookie" ? null : headers.get(name));
  return { ...request, method, target, headers: { get } };
}

/**
 * Decides, records and answers for the server that asks: 200, or the refusal. With `?refuse=403` every refusal is a 403,
 * because nginx knows no other (it turns a 429 into a 500).
 */
export async function answerAsk(door: Door, request: DoorRequest): Promise<AskAnswer> {
  const decision: Decision = await door.decide(askedRequest(request), "ask");
  const { verdict, visit } = decision;
  if (verdict.action === "allow") {
    void door.record(decision, { status: null, durationMs: null });
    return { status: 200, headers: { ...ALLOWED_HEADERS, "x-request-id": visit.id }, body: "" };
  }
  const refusal = refusalOf(verdict, visit.id, request.headers.get("accept"));
  const status = /[?&]refuse=403(?:&|$)/.test(request.target) ? 403 : refusal.status;
  void door.record(decision, { status, durationMs: null });
  return { ...refusal, status };
}
