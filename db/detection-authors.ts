import { z } from "zod";
import type { Querier } from "@/db/client";
import { readSetting, writeSetting } from "@/db/settings";

const SETTING = "detection-authors";
const stored = z.record(z.string(), z.object({ name: z.string(), at: z.iso.datetime() }));

/** Who set a threshold (by its name) or the mode of a rule (`rule:` and its id) to what it is, and when. */
export type Authors = Readonly<Record<string, { name: string; at: string }>>;

export async function readAuthors(db: Querier): Promise<Authors> {
  return (await readSetting(db, SETTING, stored)) ?? {};
}

/** Notes who changed these parts; what has its default again has no author. */
export async function noteAuthor(
  db: Querier,
  actor: { name: string },
  changed: readonly { part: string; isDefault: boolean }[],
): Promise<void> {
  const authors: Record<string, { name: string; at: string }> = { ...(await readAuthors(db)) };
  const at = new Date().toISOString();
  for (const { part, isDefault } of changed) {
    if (isDefault) delete authors[part];
    else authors[part] = { name: actor.name, at };
  }
  await writeSetting(db, SETTING, authors, actor.name);
}
