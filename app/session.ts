import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { doorMark, type VisitDetails, visitorIp } from "@/app/door-visit";
import { localPath } from "@/app/local-path";
import { writeAudit } from "@/db/audit-logs";
import { database } from "@/db/client";
import type { Actor } from "@/db/enforcement";
import { findUserById, type UserRole } from "@/db/users";
import { readEnv, required } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { readSession, type SessionClaims } from "@/lib/session";

export type SessionUser = { id: number; username: string; role: UserRole };

/** The user whom a token's claims still hold for: not locked, and not signed out everywhere since; or null. */
export async function userOfClaims(claims: SessionClaims): Promise<SessionUser | null> {
  const user = await findUserById(database(), claims.userId);
  if (!user?.isActive || user.sessionVersion !== claims.sessionVersion) return null;
  return { id: user.id, username: user.username, role: user.role };
}

/** The signed-in user of a request with these headers, for route handlers; or null. */
export async function userOf(requestHeaders: Headers): Promise<SessionUser | null> {
  const secret = required(readEnv(), "NEXTAUTH_SECRET");
  const claims = await readSession(requestHeaders.get("cookie"), secret, Date.now());
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
 * The signed-in administrator; who is not signed in is sent to the sign-in page.
 * @throws AppError `forbidden` for a viewer.
 */
export async function requireAdmin(next?: string): Promise<SessionUser> {
  const user = await requireUser(next);
  if (user.role === "admin") return user;
  throw new AppError("forbidden", "Only an administrator may do this.");
}

/** Who acts, for the verbs that change rules: with the address of this very request, which must not be blocked. */
export async function actorOf(user: SessionUser): Promise<Actor> {
  const mark = doorMark(new Headers(await headers()));
  return { name: user.username, origin: "manual", ownIp: visitorIp(mark) };
}

/** Leaves the trace of a sign-out. */
export async function auditSignOut(claims: SessionClaims, visit: VisitDetails | null = null): Promise<void> {
  const { username } = claims;
  await writeAudit(database(), {
    actor: username,
    action: "sign-out",
    subject: `user:${username}`,
    after: visit,
  });
}

/** The sign-in page, which leads on to `next`. */
export function signInPath(next: string | undefined, error?: string): string {
  const query = new URLSearchParams();
  if (error) query.set("error", error);
  const path = localPath(next);
  if (path !== "/") query.set("next", path);
  return query.size ? `/sign-in?${query}` : "/sign-in";
}
