import { jsonAnswer, limitAnswer, noDoorAnswer, seeOther } from "@/app/answers";
import { CODE_PROBLEMS, readCredentials, WRONG_CREDENTIALS } from "@/app/credentials";
import { countVisit, rateLimiter } from "@/app/door-visit";
import { localPath } from "@/app/local-path";
import { isForm, readFields } from "@/app/request-fields";
import { isOwnOrigin } from "@/app/same-origin";
import { claimsOf, signInPath } from "@/app/session";
import { sessionCookies } from "@/app/session-cookies";
import { database } from "@/db/client";
import { signIn } from "@/db/sign-in";
import { readEnv } from "@/lib/env";

/**
 * Signs in with `username`, `password` and, of two-step sign-in, `code`, JSON or a form: 200 with the user and the session
 * cookie, 401 (with `"code": "required"` where the password is right and the code is missing or wrong), or 429. A form that a browser sends is answered with a page: `next`, a path of this site, or the sign-in page with `?error=`.
 */
export async function POST(request: Request): Promise<Response> {
  const { headers } = request;
  const visit = await countVisit(headers, "login");
  if (!visit) return noDoorAnswer();
  const wantsPage = isForm(headers) && Boolean(headers.get("accept")?.includes("text/html"));
  if (visit.outcome !== "within") {
    if (wantsPage) return seeOther(signInPath(undefined, visit.outcome), visit);
    return limitAnswer("login", { ...visit, outcome: visit.outcome }, visit.requestId);
  }
  if (!isOwnOrigin(headers, readEnv().NEXTAUTH_URL)) {
    return jsonAnswer(
      { error: "A page of another site cannot sign in here." },
      { status: 403, states: visit.states },
    );
  }
  const body = await readFields(request);
  if (!body.ok) return jsonAnswer({ error: body.error }, { status: body.status, states: visit.states });
  const next = localPath(body.fields.next);
  const credentials = readCredentials(body.fields);
  if (!credentials.ok) {
    if (wantsPage) return seeOther(signInPath(next, "missing"), visit);
    return jsonAnswer({ error: credentials.error }, { status: 400, states: visit.states });
  }
  const { username, password, code } = credentials;
  const { client, states: counted, origin, details } = visit;
  const replaces = (await claimsOf(headers))?.sessionId ?? null;
  const attempt = { username, password, code, client, counted, origin, replaces, visit: details };
  const result = await signIn(database(), rateLimiter(), attempt);
  if (result.outcome !== "signed-in") {
    if (wantsPage) return seeOther(signInPath(next, result.outcome), result);
    const { outcome, states } = result;
    if (outcome === "exceeded" || outcome === "unavailable")
      return limitAnswer("login", { ...result, outcome }, visit.requestId);
    if (outcome === "refused") return jsonAnswer({ error: WRONG_CREDENTIALS }, { status: 401, states });
    return jsonAnswer({ error: CODE_PROBLEMS[outcome], code: "required" }, { status: 401, states });
  }
  const cookies = await sessionCookies(headers, result.user);
  if (wantsPage) return seeOther(next, { states: result.states, cookies });
  const { userId: id, username: name, role } = result.user;
  return jsonAnswer({ user: { id, username: name, role } }, { states: result.states, cookies });
}
