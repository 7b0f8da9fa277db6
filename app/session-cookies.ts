import { readEnv, required } from "@/lib/env";
import { SESSION_SECONDS, type SessionClaims, sessionCookieName, writeSession } from "@/lib/session";
import { expiredSessionCookies, sessionCookie } from "@/lib/session-cookie";

/** Set-Cookie headers of a new session; a fresh token each time, and no chunk of an older one stays beside it. */
export async function sessionCookies(
  headers: Headers,
  claims: SessionClaims,
  now = Date.now(),
): Promise<string[]> {
  const env = readEnv();
  const name = sessionCookieName(env);
  const token = await writeSession(claims, required(env, "NEXTAUTH_SECRET"), now);
  const end = new Date(now + SESSION_SECONDS * 1000);
  return [...expiredSessionCookies(headers.get("cookie"), name, name), sessionCookie(name, token, end)];
}

/** Set-Cookie headers that end the session of a request in this browser. */
export function endedSessionCookies(headers: Headers): string[] {
  return expiredSessionCookies(headers.get("cookie"), sessionCookieName(readEnv()));
}
