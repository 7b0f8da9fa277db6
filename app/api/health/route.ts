import { jsonAnswer } from "@/app/answers";
import { userOf } from "@/app/session";
import { database } from "@/db/client";
import { databaseAnswers } from "@/db/health";
import { readEnv } from "@/lib/env";
import { edgeStore } from "@/lib/redis";

const ANSWER_MS = 1000;
/** Milliseconds that an answer is good for: a public page must not let anybody spend our Redis commands. */
const FRESH_MS = 5000;

type Part = { ok: boolean; milliseconds: number };
type Health = { postgres: Part; edge_store: Part };
let latest: { at: number; health: Promise<Health> } | null = null;

/** Whether this instance can do its work: 200, or 503; which part fails, only a signed-in user is told. */
export async function GET(request: Request): Promise<Response> {
  if (!latest || Date.now() - latest.at >= FRESH_MS) latest = { at: Date.now(), health: examine() };
  const health = await latest.health;
  const isWell = health.postgres.ok && health.edge_store.ok;
  const user = health.postgres.ok ? await userOf(request.headers) : null;
  const body = { status: isWell ? "ok" : "unavailable", ...(user ? { parts: health } : {}) };
  return jsonAnswer(body, { status: isWell ? 200 : 503 });
}

async function examine(): Promise<Health> {
  const [postgres, edgeStorePart] = await Promise.all([
    timed(async () => databaseAnswers(database(), ANSWER_MS)),
    timed(async () => {
      const redis = edgeStore(readEnv(), { timeoutMs: ANSWER_MS, retries: 0 });
      return (await redis.ping()) === "PONG";
    }),
  ]);
  return { postgres, edge_store: edgeStorePart };
}

async function timed(ask: () => Promise<boolean>): Promise<Part> {
  const from = performance.now();
  const ok = await ask().catch(() => false);
  return { ok, milliseconds: Math.round(performance.now() - from) };
}
