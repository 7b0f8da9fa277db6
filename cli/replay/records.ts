import { type Recorded, watchRecords } from "@/cli/replay/recorded";
import type { Env } from "@/lib/env";

/** Long enough for a clock that is not quite ours, and for a replay of hours. */
const AHEAD_MS = 7 * 86_400_000;
const COUNT_MAX = 1_000_000_000;

export type Records = { settle(sent: number): Promise<Recorded | string> };

/**
 * What the database of this environment records from a time on, or a sentence on why nobody knows. A database that does
 * not answer is no reason not to replay.
 */
export async function openRecords(from: Date, env: Env): Promise<Records> {
  if (!env.DATABASE_URL) return unknown("What was recorded is not known: DATABASE_URL is not set.");
  const [{ openDatabase }, { countRequests }] = await Promise.all([
    import("@/db/client"),
    import("@/db/request-logs"),
  ]);
  const db = openDatabase(env.DATABASE_URL, { connectionsMax: 1, applicationName: "gatehouse replay" });
  const span = { from, to: new Date(Date.now() + AHEAD_MS) };
  const all = { span, visitor: null, path: "", method: null, verdict: null, country: null, status: null };
  const lost = "What was recorded is not known: the database does not answer.";
  const close = () => db.$client.end({ timeout: 3 });
  try {
    const watch = await watchRecords({
      countRows: () => countRequests(db, all, COUNT_MAX),
      readStats: await statsReader(env),
      flushMs: env.EVENT_FLUSH_MS,
    });
    return {
      settle: (sent) =>
        watch
          .settle(sent)
          .catch(() => lost)
          .finally(close),
    };
  } catch {
    await close();
    return unknown(lost);
  }
}

const unknown = (sentence: string): Records => ({ settle: async () => sentence });

async function statsReader(env: Env) {
  if (!env.UPSTASH_REDIS_REST_URL || !env.UPSTASH_REDIS_REST_TOKEN) return null;
  const [{ EventStore }, { edgeStore }] = await Promise.all([
    import("@/lib/events/store"),
    import("@/lib/redis"),
  ]);
  const store = new EventStore(edgeStore(env, { timeoutMs: 5000, retries: 2 }));
  return () => store.stats();
}
