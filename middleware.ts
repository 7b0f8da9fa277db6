import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server";
import { readEnv, required } from "@/lib/env";
import { Door, type DoorRequest } from "@/lib/guard/door";
import { refusalOf } from "@/lib/guard/refusal";
import { readVisitMark, VISIT_MARK_HEADER } from "@/lib/guard/visit-mark";

// No `missing` here, and no exception for assets: any condition on a request is a way around the guard.
export const config = { matcher: "/:path*" };

let door: Door | null = null;

/** The edge door: where no door of ours stands in front, it decides and records each request. */
export default async function middleware(request: NextRequest, event: NextFetchEvent): Promise<Response> {
  const env = readEnv();
  if (readVisitMark(request.headers, required(env, "NEXTAUTH_SECRET"))) return NextResponse.next();
  door ??= new Door("edge", env);

  const startedAt = Date.now();
  const decision = await door.decide(doorRequest(request));
  if (door.rules.pending) event.waitUntil(door.rules.pending);
  if (decision.verdict.action !== "allow") {
    const refusal = refusalOf(decision.verdict, decision.visit.id, request.headers.get("accept"));
    event.waitUntil(door.record(decision, { status: refusal.status, durationMs: Date.now() - startedAt }));
    return new Response(refusal.body, { status: refusal.status, headers: refusal.headers });
  }
  event.waitUntil(door.record(decision, { status: null, durationMs: null }));
  const headers = new Headers(request.headers);
  headers.set(VISIT_MARK_HEADER, door.mark(decision));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("x-request-id", decision.visit.id);
  return response;
}

// `nextUrl` is normalised; the address of the request itself is what the visitor sent.
function doorRequest(request: NextRequest): DoorRequest {
  const { pathname, search } = new URL(request.url);
  return { method: request.method, target: pathname + search, headers: request.headers, peer: null };
}
