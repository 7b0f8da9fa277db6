import { jsonAnswer, seeOther } from "@/app/answers";
import { visitDetails } from "@/app/door-visit";
import { isOwnOrigin } from "@/app/same-origin";
import { auditSignOut } from "@/app/session";
import { endedSessionCookies } from "@/app/session-cookies";
import { readEnv, required } from "@/lib/env";
import { readSession } from "@/lib/session";

/** Signs out: removes the cookie and leads to the sign-in page; for a client that wants JSON, answers 200. */
export async function POST(request: Request): Promise<Response> {
  const { headers } = request;
  const env = readEnv();
  if (!isOwnOrigin(headers, env.NEXTAUTH_URL)) {
    return jsonAnswer({ error: "A page of another site cannot sign you out here." }, { status: 403 });
  }
  const claims = await readSession(headers.get("cookie"), required(env, "NEXTAUTH_SECRET"), Date.now());
  if (claims) await auditSignOut(claims, visitDetails(headers));
  const cookies = endedSessionCookies(headers);
  const wantsJson = headers.get("accept")?.includes("application/json");
  return wantsJson ? jsonAnswer({ status: "signed-out" }, { cookies }) : seeOther("/sign-in", { cookies });
}
