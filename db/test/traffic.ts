import type { Database } from "@/db/client";
import { NO_PLACE } from "@/db/geo";
import { recordEvents } from "@/db/record";
import type { RequestEvent } from "@/lib/events/request-event";

export { testEvent } from "@/lib/events/test/event";

/** The key of hashes in tests. */
export const TEST_HASH_KEY = "test key";

/** Records events as the drain does. */
export function recordTraffic(
  db: Database,
  events: readonly RequestEvent[],
  options: { now: Date; privacy?: "hashed" | "plain"; visitors?: Set<string> },
): Promise<number> {
  return recordEvents(events, {
    db,
    locator: { open: async () => {}, locate: () => NO_PLACE },
    hashKey: TEST_HASH_KEY,
    privacy: options.privacy ?? "hashed",
    now: () => options.now,
    visitors: options.visitors,
  });
}
