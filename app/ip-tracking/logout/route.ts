import { jsonAnswer, seeOther } from "@/app/answers";
import { visitDetails } from "@/app/door-visit";
import { isOwnOrigin } from "@/app/same-origin";
import { claimsOf, signOut } from "@/app/session";
import { endedSessionCookies } from "@/app/session-cookies";
import { readEnv } from "@/lib/env";

/** Signs out: ends the session, removes the cookie and leads to the sign-in page; for a client that wants JSON, answers 200. */
export async function POST(request: Request): Promise<Response> {
  const { headers } = request;
  if (!isOwnOrigin(headers, readEnv().NEXTAUTH_URL)) {
    return jsonAnswer({ error: "A page of another site cannot sign you out here." }, { status: 403 });
  }
  const claims = await claimsOf(headers);
  if (claims) await signOut(claims, visitDetails(headers));
  const cookies = endedSessionCookies(headers);
  const wantsJson = headers.get("accept")?.includes("application/json");
  return wantsJson ? jsonAnswer({ status: "signed-out" }, { cookies }) : seeOther("/sign-in", { cookies });
}
