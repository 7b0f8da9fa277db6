import type { Product } from "@/e2e/fixtures/product";
import { readEnv } from "@/lib/env";
import { EventStore } from "@/lib/events/store";
import { edgeStore } from "@/lib/redis";

const SETTLE_MS_MAX = 90_000;
const STEP_MS = 200;

/** Waits until all that a product has seen is recorded or dropped, so that it rests. Answers how many were dropped. */
export async function settle(product: Product): Promise<number> {
  const store = new EventStore(edgeStore(readEnv(product.settings), { timeoutMs: 5000, retries: 2 }));
  const until = Date.now() + SETTLE_MS_MAX;
  let quiet = 0;
  let before = -1;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    const { waitingEvents, droppedEvents } = await store.stats();
    const [count] = await product.sql<{ rows: number }[]>`select count(*)::int as rows from request_logs`;
    const rows = count?.rows ?? 0;
    quiet = waitingEvents === 0 && rows === before ? quiet + 1 : 0;
    before = rows;
    // Twice the pause for which a door gathers events.
    if (quiet * STEP_MS >= 600) return droppedEvents;
    if (Date.now() > until) throw new Error(`${waitingEvents} events still wait after ${SETTLE_MS_MAX} ms.`);
  }
}

/** How many requests for a path are recorded, by a door with a verdict. */
export async function recordedRequests(
  product: Product,
  wanted: { path: string; door: "edge" | "node"; verdict: "allow" | "block" },
): Promise<number> {
  const [found] = await product.sql<{ rows: number }[]>`
    select count(*)::int as rows from request_logs
    where path = ${wanted.path} and door = ${wanted.door} and verdict = ${wanted.verdict}`;
  return found?.rows ?? 0;
}
