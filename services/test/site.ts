import { createRequire } from "node:module";
import { NextRequest } from "next/server";
import { vi } from "vitest";
import { type Database, database } from "@/db/client";
import { migrate } from "@/db/migrate";
import type { User } from "@/db/schema";
import { beginSession } from "@/db/sessions";
import { readEnv } from "@/lib/env";
import { createRateLimiter } from "@/lib/guard/rate-limit";
import { VISIT_MARK_HEADER, type VisitMark, writeVisitMark } from "@/lib/guard/visit-mark";
import { edgeStore } from "@/lib/redis";
import { sessionCookieName, writeSession } from "@/lib/session";
import { testDatabase } from "@/services/test/postgres";
import { testUpstash } from "@/services/test/upstash";

export const SITE_URL = "http://localhost:3000";
const SECRET = "the secret of a site that only tests know";

type Visit = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | FormData | URLSearchParams;
  /** What the door in front says; null for a request that came through no door. */
  mark?: Partial<VisitMark> | null;
};

export type TestSite = {
  db: Database;
  secret: string;
  /** A request as it reaches a route handler behind the door. */
  visit(path: string, visit?: Visit): NextRequest;
  /** The session cookie, `name=value`, of a session that begins now. */
  signedIn(user: Pick<User, "id" | "username" | "role">): Promise<string>;
  /** Stops the edge store, as if it were out of reach. */
  stopStore(): Promise<void>;
  /** An address in a /64 that no other test of this file has used. */
  freshIp(): string;
  stop(): Promise<void>;
};

/**
 * What a route handler finds in operation, for one test file: a migrated PostgreSQL, the local Upstash endpoint and the
 * environment that names them. The clock stands still in mid-minute: no window of a limit ends during a test. Call `stop`
 * at the end.
 */
export async function testSite(env: Record<string, string> = {}): Promise<TestSite> {
  const [postgres, upstash] = await Promise.all([testDatabase(), testUpstash()]);
  await migrate(postgres.url);
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    NEXTAUTH_SECRET: SECRET,
    NEXTAUTH_URL: SITE_URL,
    IP_HASH_KEY: "a key for the hashes of a test",
    EVENT_SEAL_KEY: "a key for what a test seals",
    ...env,
  });
  vi.useFakeTimers({ toFake: ["Date"], now: Math.floor(Date.now() / 60_000) * 60_000 + 30_000 });
  await warmUp();
  let addresses = 0;
  let isStoreUp = true;
  const stopStore = async () => {
    if (isStoreUp) await upstash.stop();
    isStoreUp = false;
  };
  return {
    db: database(),
    secret: SECRET,
    visit,
    signedIn,
    stopStore,
    freshIp: () => `2001:db8:${(++addresses).toString(16)}::1`,
    async stop() {
      vi.useRealTimers();
      await database().$client.end({ timeout: 1 });
      await Promise.all([postgres.drop(), stopStore()]);
    },
  };
}

async function signedIn({ id, username, role }: Pick<User, "id" | "username" | "role">): Promise<string> {
  const now = new Date();
  const sessionId = await beginSession(
    database(),
    id,
    { network: "192.0.2.0/24", userAgent: "a test" },
    { now },
  );
  const token = await writeSession({ sessionId, userId: id, username, role }, SECRET, now.getTime());
  return `${sessionCookieName(readEnv())}=${token}`;
}

/** Counts once: the first script of the memory store loads its Lua, which takes longer than a door would wait. */
async function warmUp(): Promise<void> {
  const limiter = createRateLimiter({
    redis: edgeStore(readEnv(), { timeoutMs: 10_000 }),
    hashKey: "warm-up",
  });
  for (let attempt = 1; attempt <= 5; attempt++) {
    const { outcome } = await limiter.check("api", { kind: "key", key: "warm-up" });
    if (outcome === "within") return;
  }
  throw new Error("The local Upstash endpoint does not count");
}

function visit(path: string, { method = "GET", headers = {}, body, mark = {} }: Visit = {}): NextRequest {
  const request = new NextRequest(new URL(path, SITE_URL), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  request.headers.set("host", new URL(SITE_URL).host);
  if (mark) {
    const full = {
      requestId: "0190a000-0000-7000-8000-000000000001",
      target: "/",
      ip: null,
      policy: null,
      limits: [],
      ...mark,
    };
    request.headers.set(VISIT_MARK_HEADER, writeVisitMark(full, SECRET));
  }
  return request;
}

/**
 * Lets next-auth read a request outside of Next: its route handler asks `next/headers` for what is in scope there.
 */
export function scopeNextAuth(request: () => NextRequest): void {
  const scope: { headers: unknown; cookies: unknown } = createRequire(import.meta.url)("next/headers");
  scope.headers = async () => request().headers;
  scope.cookies = async () => request().cookies;
}
