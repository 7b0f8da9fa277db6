import { jwtDecrypt } from "jose/jwt/decrypt";
import { EncryptJWT } from "jose/jwt/encrypt";
import { z } from "zod";
import { readEnv } from "@/lib/env";
import { sessionCookieName, sessionTokenIn } from "@/lib/session-cookie";

export { sessionCookieName };

/** Seconds after which a session ends, however busy it is. */
export const SESSION_SECONDS = 8 * 3600;

const TOKEN_LENGTH_MAX = 8192;
const CACHE_SIZE_MAX = 1000;
const CACHE_MS = 10_000;
// What each token of next-auth 4 begins with: {"alg":"dir","enc":"A256GCM"} and no wrapped key.
const TOKEN_START = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..";

const tokenPayload = z.object({
  sub: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number),
  name: z.string().min(1),
  role: z.enum(["viewer", "admin"]),
  sid: z.uuid(),
});

/** Who a genuine, unexpired token was made for. Whether that session goes on, only the database knows. */
export type SessionClaims = {
  /** The id of the row in `sessions`: a token is worth nothing without it. */
  sessionId: string;
  userId: number;
  username: string;
  role: "viewer" | "admin";
};

/** The claims in the payload of a token, or null where it is none of ours. */
export function sessionClaimsOf(payload: unknown): SessionClaims | null {
  const { success, data } = tokenPayload.safeParse(payload);
  return success ? { sessionId: data.sid, userId: data.sub, username: data.name, role: data.role } : null;
}

type Verified = { claims: SessionClaims; freshUntil: number };
type Opener = { secret: string; key: Promise<CryptoKey>; verified: Map<string, Verified> };
let opener: Opener | null = null;

// A process has one secret, and deriving its key costs more than opening a token with it.
function openerOf(secret: string): Opener {
  if (opener?.secret !== secret) opener = { secret, key: deriveKey(secret), verified: new Map() };
  return opener;
}

/** The key of next-auth 4: HKDF-SHA-256 (RFC 5869) of the secret with an empty salt. */
async function deriveKey(secret: string): Promise<CryptoKey> {
  const text = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", text.encode(secret), "HKDF", false, ["deriveKey"]);
  const info = text.encode("NextAuth.js Generated Encryption Key");
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  const purpose = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(hkdf, material, purpose, false, ["encrypt", "decrypt"]);
}

/**
 * The claims of the session cookie in a request, or null: for no cookie, garbage, a wrong key, an expired token; null at
 * once where nothing that looks like a token is there. Never throws. A verified token is remembered for ten seconds.
 * `now` in milliseconds since 1970.
 */
export function readSession(
  cookieHeader: string | null,
  secret: string,
  now: number,
  cookieName: string = sessionCookieName(readEnv()),
): Promise<SessionClaims | null> | null {
  const token = cookieHeader && sessionTokenIn(cookieHeader, cookieName);
  if (!token || token.length > TOKEN_LENGTH_MAX || !token.startsWith(TOKEN_START)) return null;
  return openToken(token, secret, now);
}

async function openToken(token: string, secret: string, now: number): Promise<SessionClaims | null> {
  const { key, verified } = openerOf(secret);
  const known = verified.get(token);
  if (known) {
    verified.delete(token);
    if (now < known.freshUntil) {
      verified.set(token, known);
      return known.claims;
    }
  }
  try {
    const { payload } = await jwtDecrypt(token, await key, { currentDate: new Date(now) });
    const claims = sessionClaimsOf(payload);
    // Without an end a session would never end.
    if (!claims || payload.exp === undefined) return null;
    if (verified.size >= CACHE_SIZE_MAX) verified.delete(verified.keys().next().value as string);
    verified.set(token, { claims, freshUntil: Math.min(now + CACHE_MS, payload.exp * 1000) });
    return claims;
  } catch {
    return null;
  }
}

/** A session token that next-auth opens as one of its own. `now` in milliseconds since 1970. */
export async function writeSession(claims: SessionClaims, secret: string, now: number): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  const { sessionId, userId, username, role } = claims;
  return new EncryptJWT({ name: username, role, sid: sessionId })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setSubject(String(userId))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + SESSION_SECONDS)
    .setJti(crypto.randomUUID())
    .encrypt(await openerOf(secret).key);
}
