import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { doorMark, type VisitDetails, visitorIp } from "@/app/door-visit";
import { localPath } from "@/app/local-path";
import { database } from "@/db/client";
import type { Actor } from "@/db/enforcement";
import { tellDoors } from "@/db/session-publication";
import { endSession, type SessionUser, userOfSession } from "@/db/sessions";
import { readEnv, required } from "@/lib/env";
import { readSession, type SessionClaims } from "@/lib/session";

export type { SessionUser };

/** What the session cookie of a request claims, or null. It may have ended: only `userOf` knows. */
export async function claimsOf(requestHeaders: Headers): Promise<SessionClaims | null> {
  const secret = required(readEnv(), "NEXTAUTH_SECRET");
  return readSession(requestHeaders.get("cookie"), secret, Date.now());
}

/** The user whom a token's claims still hold for: the session goes on, and the user is not locked; or null. */
export async function userOfClaims(claims: SessionClaims): Promise<SessionUser | null> {
  return userOfSession(database(), claims);
}

/** The signed-in user of a request with these headers, for route handlers; or null. */
export async function userOf(requestHeaders: Headers): Promise<SessionUser | null> {
  const claims = await claimsOf(requestHeaders);
  return claims && userOfClaims(claims);
}

/** The signed-in user, or null. Asked once for a request, however many components ask. */
export const currentUser = cache(
  async (): Promise<SessionUser | null> => userOf(new Headers(await headers())),
);

/** The signed-in user; anybody else is sent to the sign-in page, and from there to `next`, this page itself unless named. */
export async function requireUser(next?: string): Promise<SessionUser> {
  return (await currentUser()) ?? redirect(signInPath(next ?? (await ownTarget())));
}

async function ownTarget(): Promise<string | undefined> {
  const target = doorMark(new Headers(await headers()))?.target;
  // Next.js asks for a page's data with a parameter of its own, which leads nowhere in an address bar.
  return target?.replace(/([?&])_rsc=[^&]*(&|$)/, (_, first, last) => (last ? first : ""));
}

/**
 * The signed-in administrator; who is not signed in is sent to the sign-in page, and a viewer is answered with 403.
 */
export async function requireAdmin(next?: string): Promise<SessionUser> {
  const user = await requireUser(next);
  return user.role === "admin" ? user : forbidden();
}

/** Who acts, for the verbs that change rules: with the address of this very request, which must not be blocked. */
export async function actorOf(user: SessionUser): Promise<Actor> {
  const mark = doorMark(new Headers(await headers()));
  return { name: user.username, origin: "manual", ownIp: visitorIp(mark) };
}

/** Ends the session of these claims for good, with a trace: no copy of its token opens anything from then on. */
export async function signOut(claims: SessionClaims, visit: VisitDetails | null = null): Promise<void> {
  if (await endSession(database(), claims, visit)) await tellDoors(database());
}

/** The sign-in page, which leads on to `next`. */
export function signInPath(next: string | undefined, error?: string): string {
  const query = new URLSearchParams();
  if (error) query.set("error", error);
  const path = localPath(next);
  if (path !== "/") query.set("next", path);
  return query.size ? `/sign-in?${query}` : "/sign-in";
}
