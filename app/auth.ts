import type { NextAuthOptions } from "next-auth";
import { encode, type JWT } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { signOut, userOfClaims } from "@/app/session";
import { readEnv, required } from "@/lib/env";
import { messageOf } from "@/lib/errors";
import { SESSION_SECONDS, type SessionClaims, sessionClaimsOf } from "@/lib/session";
import { hasSecureCookies, sessionCookieName } from "@/lib/session-cookie";

declare module "next-auth" {
  interface User {
    claims: SessionClaims;
  }
  interface Session {
    user: { id: string; name: string; role: SessionClaims["role"] };
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    role?: string;
    /** The id of the session's row. */
    sid?: string;
  }
}

/** Says whom a username and a password belong to, or null. */
export type Authorize = (credentials: Readonly<Record<string, unknown>>) => Promise<SessionClaims | null>;

const nobody: Authorize = async () => null;

/**
 * The options of next-auth, for its own routes and for `getServerSession(authOptions())`. Only the route of the
 * credentials callback passes an `authorize`: signing in needs the request, and its limits.
 */
export function authOptions(authorize: Authorize = nobody): NextAuthOptions {
  const env = readEnv();
  const secure = hasSecureCookies(env);
  return {
    secret: required(env, "NEXTAUTH_SECRET"),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    jwt: {
      maxAge: SESSION_SECONDS,
      // A session that is read is written anew, and keeps its end: eight hours are eight hours.
      encode: (params) => encode({ ...params, maxAge: secondsLeft(params.token) ?? params.maxAge }),
    },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(env),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
    },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      Credentials({
        name: "Password",
        credentials: {
          username: { label: "Username" },
          password: { label: "Password", type: "password" },
          code: { label: "Code of two-step sign-in" },
        },
        async authorize(credentials) {
          const claims = await authorize(credentials ?? {});
          return claims && { id: String(claims.userId), claims };
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }) {
        if (user) {
          const { sessionId, userId, username, role } = user.claims;
          return { sub: String(userId), name: username, role, sid: sessionId };
        }
        // Throwing is how next-auth is told to end a session: it removes the cookie.
        const claims = sessionClaimsOf(token);
        if (!claims || !(await userOfClaims(claims))) throw new Error("The session has ended.");
        return token;
      },
      session({ session, token }) {
        const claims = sessionClaimsOf(token);
        if (!claims) return session;
        return { ...session, user: { id: String(claims.userId), name: claims.username, role: claims.role } };
      },
      redirect({ url, baseUrl }) {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null;
        return target?.origin === new URL(baseUrl).origin ? target.href : baseUrl;
      },
    },
    events: {
      async signOut({ token }) {
        const claims = sessionClaimsOf(token);
        if (claims) await signOut(claims);
      },
    },
    logger: {
      error(code, metadata) {
        // An expired or forged cookie is a visitor's matter, and must not fill the log.
        if (code === "JWT_SESSION_ERROR") return;
        const cause = metadata instanceof Error ? metadata : metadata.error;
        console.error(`next-auth: ${code}: ${messageOf(cause)}`);
      },
      warn() {},
      debug() {},
    },
  };
}

function secondsLeft(token: JWT | undefined): number | null {
  return typeof token?.exp === "number" ? Math.max(0, token.exp - Math.floor(Date.now() / 1000)) : null;
}
