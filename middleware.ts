import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server";
import { type Env, readEnv, required } from "@/lib/env";
import { type Decision, Door, type DoorRequest } from "@/lib/guard/door";
import { faultAnswer, faultOfPageCall, isPageCall, type PageCallFault } from "@/lib/guard/page-call";
import { refusalOf } from "@/lib/guard/refusal";
import {
  isForFile,
  POLICY_HEADER,
  type SecurityHeaders,
  securityHeaders,
} from "@/lib/guard/security-headers";
import { hasVisitMark, VISIT_MARK_HEADER } from "@/lib/guard/visit-mark";
import { hasSecureCookies } from "@/lib/session-cookie";

// No `missing` here, and no exception for assets: any condition on a request is a way around the guard.
export const config = { matcher: "/:path*" };

// What does not change while a process lives is looked up once: an environment is slow to read in the edge sandbox.
let env: Env | null = null;
let door: Door | null = null;
let security: SecurityHeaders | null = null;

/** The edge door: where no door of ours stands in front, it decides and records each request. */
export default async function middleware(request: NextRequest, event: NextFetchEvent): Promise<Response> {
  env ??= readEnv();
  // Behind the Node door, where Next.js is not told to leave this out: under `next dev`, or without its own build.
  if (hasVisitMark(request.headers, required(env, "NEXTAUTH_SECRET"))) {
    const fault = isPageCall(request) ? await faultOfPageCall(request) : null;
    return fault ? refuseCall(fault) : NextResponse.next();
  }
  door ??= new Door("edge", env);
  security ??= securityHeaders({
    isHttps: hasSecureCookies(env),
    isDev: process.env.NODE_ENV === "development",
  });

  const startedAt = Date.now();
  const decision = await door.decide(doorRequest(request));
  keepAlive(event, door.rules.pending);
  if (decision.verdict.action !== "allow") {
    const refusal = refusalOf(decision.verdict, decision.visit.id, request.headers.get("accept"));
    keepAlive(event, door.record(decision, { status: refusal.status, durationMs: Date.now() - startedAt }));
    return new Response(refusal.body, {
      status: refusal.status,
      headers: { ...security.own, ...refusal.headers },
    });
  }
  const fault = isPageCall(request) ? await faultOfPageCall(request) : null;
  keepAlive(event, door.record(decision, { status: fault?.status ?? null, durationMs: null }));
  if (fault) return refuseCall(fault, { ...security.own, "x-request-id": decision.visit.id });
  return passOn(request, door, decision, security);
}

function passOn(request: NextRequest, door: Door, decision: Decision, security: SecurityHeaders): Response {
  const { target } = decision.request;
  const policy = security.policyFor(target);
  // The other security headers are in the configuration of Next.js, where they cost nothing.
  const answered = { ...security.own, [POLICY_HEADER]: policy, "x-request-id": decision.visit.id };
  // To change one header of a request, Next.js copies them all, several times: more than all the guard does.
  if (isForFile(target)) return NextResponse.next({ headers: answered });
  const { headers } = request;
  headers.set(VISIT_MARK_HEADER, door.mark(decision));
  headers.set(POLICY_HEADER, policy);
  return NextResponse.next({ request: { headers }, headers: answered });
}

function refuseCall(fault: PageCallFault, more: Record<string, string> = {}): Response {
  const { status, headers, body } = faultAnswer(fault);
  return new Response(body, { status, headers: { ...headers, ...more } });
}

const keptAlive = new WeakSet<Promise<void>>();

/** Has the runtime wait for background work, once: hundreds of visits share a flush, and each wait has its cost. */
function keepAlive(event: NextFetchEvent, work: Promise<void> | null): void {
  if (work === null || keptAlive.has(work)) return;
  keptAlive.add(work);
  event.waitUntil(work);
}

// `nextUrl` is normalised; the address of the request itself is what the visitor sent.
function doorRequest(request: NextRequest): DoorRequest {
  const { pathname, search } = new URL(request.url);
  return { method: request.method, target: pathname + search, headers: request.headers, peer: null };
}
