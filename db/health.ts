import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";

/** Whether PostgreSQL answers a query within so many milliseconds. Never throws. */
export async function databaseAnswers(db: Database, withinMs: number): Promise<boolean> {
  const timeout = AbortSignal.timeout(withinMs);
  const late = new Promise<false>((resolve) => timeout.addEventListener("abort", () => resolve(false)));
  const answer = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]);
}
