import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Querier } from "@/db/client";
import { settings } from "@/db/schema";

/** A named value, or null where there is none or it does not fit the schema any more. */
export async function readSetting<T>(db: Querier, key: string, schema: z.ZodType<T>): Promise<T | null> {
  const [row] = await db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.key, key))
    .limit(1);
  return schema.safeParse(row?.value).data ?? null;
}

export async function writeSetting(
  db: Querier,
  key: string,
  value: unknown,
  updatedBy: string,
): Promise<void> {
  await db
    .insert(settings)
    .values({ key, value, updatedBy })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedBy, updatedAt: sql`now()` } });
}
