import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { z } from "zod";
import { jsonAnswer, limitAnswer, noDoorAnswer } from "@/app/answers";
import { authOptions } from "@/app/auth";
import { CODE_PROBLEMS, readCredentials } from "@/app/credentials";
import { type CountedVisit, countVisit, rateLimiter } from "@/app/door-visit";
import { type Fields, readFields } from "@/app/request-fields";
import { claimsOf, signInPath } from "@/app/session";
import { database } from "@/db/client";
import { type SignInResult, signIn } from "@/db/sign-in";
import { readEnv } from "@/lib/env";
import { rateLimitHeaders } from "@/lib/guard/rate-limit-headers";

type Context = { params: Promise<{ nextauth: string[] }> };

// What next-auth takes for texts without looking.
const texts = z.looseObject({ callbackUrl: z.string().optional(), csrfToken: z.string().optional() });

/** The routes of next-auth. Its credentials callback is a second way to sign in, and under the same limits. */
async function handle(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  const [action] = nextauth;
  // A browser's error reports: anybody could write to our log by it.
  if (action === "_log") return jsonAnswer({ error: "There is no such page." }, { status: 404 });
  if (action === "callback") return callback(request, context);
  if (request.method !== "POST") return ask(request, context);
  return withFields(request, (fields) => ask(withBody(request, fields), context));
}

export { handle as GET, handle as POST };

async function callback(request: NextRequest, context: Context): Promise<Response> {
  const visit = await countVisit(request.headers, "login");
  if (!visit) return noDoorAnswer();
  const { outcome, states } = visit;
  if (outcome !== "within") return limitAnswer("login", { ...visit, outcome }, visit.requestId);
  if (request.method !== "POST") return jsonAnswer({ error: "Sign in by POST." }, { status: 405, states });
  return withFields(request, (fields) =>
    attempt(withBody(request, fields), context, visit, fields.callbackUrl),
  );
}

async function attempt(
  request: NextRequest,
  context: Context,
  visit: CountedVisit,
  callbackUrl: unknown,
): Promise<Response> {
  const tried: { result: SignInResult | null } = { result: null };
  const replaces = (await claimsOf(request.headers))?.sessionId ?? null;
  const options = authOptions(async (fields) => {
    const credentials = readCredentials(fields);
    if (!credentials.ok) return null;
    const { client, states: counted, origin, details } = visit;
    const { username, password, code } = credentials;
    const attempt = { username, password, code, client, counted, origin, replaces, visit: details };
    tried.result = await signIn(database(), rateLimiter(), attempt);
    return tried.result.outcome === "signed-in" ? tried.result.user : null;
  });
  let response = await ask(request, context, options);
  const { result } = tried;
  if (result?.outcome === "code-required" || result?.outcome === "code-wrong") {
    response = await wantingCode(response, result.outcome, callbackUrl);
  }
  if (result?.outcome === "exceeded" || result?.outcome === "unavailable") {
    return limitAnswer("login", result, visit.requestId);
  }
  const fields = rateLimitHeaders(result?.states ?? visit.states);
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  return response;
}

/** The failure as next-auth answers it, saying that a code is wanted: to a program in JSON, to a form by the sign-in page. */
async function wantingCode(
  response: Response,
  outcome: keyof typeof CODE_PROBLEMS,
  callbackUrl: unknown,
): Promise<Response> {
  if (response.headers.has("location")) {
    const next = typeof callbackUrl === "string" ? ownLocation(callbackUrl) : undefined;
    response.headers.set("location", signInPath(next, outcome));
    return response;
  }
  const body: unknown = await response.json();
  const wanted = { ...(body as object), error: CODE_PROBLEMS[outcome], code: "required" };
  return new Response(JSON.stringify(wanted), { status: response.status, headers: response.headers });
}

async function ask(request: NextRequest, context: Context, options = authOptions()): Promise<Response> {
  const response: Response = await NextAuth(request, context, options);
  response.headers.set("cache-control", "no-store");
  const location = response.headers.get("location");
  if (location) response.headers.set("location", ownLocation(location));
  return response;
}

/**
 * Where next-auth leads to, as a path: it knows one address of this site, while a visitor may have come by another and
 * has the cookie there. The sign-in page is told in its own words.
 */
function ownLocation(location: string): string {
  const site = new URL(readEnv().NEXTAUTH_URL ?? "http://localhost:3000");
  const url = URL.canParse(location, site) ? new URL(location, site) : null;
  if (url?.origin !== site.origin) return location;
  const path = url.pathname + url.search + url.hash;
  if (url.pathname !== "/sign-in") return path;
  const next = url.searchParams.get("callbackUrl");
  const error = url.searchParams.get("error") === "CredentialsSignin" ? "refused" : undefined;
  return signInPath(next ? ownLocation(next) : undefined, error);
}

async function withFields(
  request: NextRequest,
  next: (fields: Fields) => Promise<Response>,
): Promise<Response> {
  // A POST without a body, as some clients sign out, is a form without fields.
  if (!request.body) return next({});
  const body = await readFields(request);
  if (!body.ok) return jsonAnswer({ error: body.error }, { status: body.status });
  const fields = texts.safeParse(body.fields);
  if (!fields.success)
    return jsonAnswer({ error: "callbackUrl and csrfToken must be texts." }, { status: 400 });
  return next(fields.data);
}

/** The same request with a body that has been read and found small; next-auth reads it again. */
function withBody(request: NextRequest, fields: Fields): NextRequest {
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  return new NextRequest(request.url, { method: "POST", headers, body: JSON.stringify(fields) });
}
