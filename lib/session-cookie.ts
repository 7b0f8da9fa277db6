import type { Env } from "@/lib/env";

const PLAIN_NAME = "next-auth.session-token";
const CHUNKS_MAX = 8;

/** Whether browsers reach the site by https, so that its cookies are `Secure`: as next-auth decides it. */
export function hasSecureCookies(env: Env): boolean {
  return env.NEXTAUTH_URL ? env.NEXTAUTH_URL.startsWith("https://") : Boolean(env.VERCEL);
}

export function sessionCookieName(env: Env): string {
  return hasSecureCookies(env) ? `__Secure-${PLAIN_NAME}` : PLAIN_NAME;
}

/** The value of the session cookie in a Cookie header, put together where next-auth has cut it in chunks, or null. */
export function sessionTokenIn(header: string, cookieName: string): string | null {
  // Most visitors have cookies and no session.
  if (!header.includes(cookieName)) return null;
  // The first of two cookies of one name counts, as everywhere else.
  const values = new Map(sessionCookies(header, cookieName).reverse());
  const whole = values.get(cookieName);
  if (whole !== undefined) return whole;
  let token = "";
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    const part = values.get(`${cookieName}.${chunk}`);
    if (part === undefined) break;
    token += part;
  }
  return token || null;
}

/** The Set-Cookie header that brings a session to the browser, written as next-auth writes it. */
export function sessionCookie(cookieName: string, token: string, expiresAt: Date): string {
  const secure = cookieName.startsWith("__Secure-") ? "; Secure" : "";
  return `${cookieName}=${token}; Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly${secure}; SameSite=Lax`;
}

/** Set-Cookie headers that remove every session cookie and chunk of one that the request carries, except `keep`. */
export function expiredSessionCookies(header: string | null, cookieName: string, keep?: string): string[] {
  const names = new Set(sessionCookies(header ?? "", cookieName).map(([name]) => name));
  if (keep) names.delete(keep);
  const secure = cookieName.startsWith("__Secure-") ? "; Secure" : "";
  return [...names].map((name) => `${name}=; Max-Age=0; Path=/; HttpOnly${secure}; SameSite=Lax`);
}

function sessionCookies(header: string, cookieName: string): [string, string][] {
  const found: [string, string][] = [];
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(0, equals)).trim();
    const isChunk = name.startsWith(cookieName) && /^\.\d$/.test(name.slice(cookieName.length));
    if (name !== cookieName && !isChunk) continue;
    const value = part.slice(equals + 1).trim();
    found.push([name, value.replace(/^"(.*)"$/, "$1")]);
  }
  return found;
}
