import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Querier } from "@/db/client";
import { settings } from "@/db/schema";
import { writeSetting } from "@/db/settings";

/** A run of a job that a person asked for, and what has become of it. */
const requestedRun = z.object({
  /** Names this wish: a later one for the same job takes its place. */
  ticket: z.string(),
  actor: z.string(),
  askedAt: z.iso.datetime(),
  state: z.enum(["queued", "running", "done", "failed"]),
  startedAt: z.iso.datetime().optional(),
  durationMs: z.number().optional(),
  result: z.record(z.string(), z.number()).nullish(),
  error: z.string().nullish(),
});
export type RequestedRun = z.infer<typeof requestedRun>;
export type RequestedRunChange = Partial<Omit<RequestedRun, "ticket" | "actor" | "askedAt">>;

const PREFIX = "requested-run:";

/** Remembers what somebody asked for; of each job the last wish is known. */
export async function noteRequestedRun(db: Querier, job: string, run: RequestedRun): Promise<void> {
  await writeSetting(db, PREFIX + job, run, run.actor);
}

/** Writes down what has become of a wish, unless there is a later one. */
export async function changeRequestedRun(
  db: Querier,
  job: string,
  ticket: string,
  change: RequestedRunChange,
): Promise<void> {
  await db
    .update(settings)
    .set({ value: sql`${settings.value} || ${JSON.stringify(change)}::jsonb`, updatedAt: sql`now()` })
    .where(and(eq(settings.key, PREFIX + job), sql`${settings.value} ->> 'ticket' = ${ticket}`));
}

/** The last wish for each of these jobs. */
export async function listRequestedRuns(
  db: Querier,
  jobs: readonly string[],
): Promise<Map<string, RequestedRun>> {
  const rows = await db
    .select({ key: settings.key, value: settings.value })
    .from(settings)
    .where(
      inArray(
        settings.key,
        jobs.map((job) => PREFIX + job),
      ),
    )
    .limit(100);
  return new Map(
    rows.flatMap(({ key, value }) => {
      const { data } = requestedRun.safeParse(value);
      return data ? [[key.slice(PREFIX.length), data] as const] : [];
    }),
  );
}
