import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Querier } from "@/db/client";
import { listsInForce } from "@/db/rule-lists";
import { readSetting, writeSetting } from "@/db/settings";
import { encodeChunks, type Publication } from "@/lib/guard/rule-set-codec";
import { readPublication } from "@/lib/guard/rule-set-store";
import { isPublicationWhole, writePublication } from "@/lib/guard/rule-set-writer";
import type { Redis } from "@/lib/redis";

const PUBLISH_LOCK = 728_102;
const SETTING = "publication";
const REVISION = "rules-revision";
const publicationSetting = z.object({
  id: z.string(),
  entries: z.number(),
  publishedAt: z.number(),
  revision: z.number(),
});

/**
 * Counts a change of the rules, in its transaction: a publication knows by it whether it holds the change. The row's lock
 * makes changes commit in the order in which they are counted.
 */
export async function countRuleChange(db: Querier): Promise<void> {
  await db.execute(sql`
    insert into settings (key, value, updated_by) values (${REVISION}, '1', 'rules')
    on conflict (key) do update set value = to_jsonb((settings.value)::int + 1), updated_at = now()`);
}

async function ruleRevision(db: Querier): Promise<number> {
  return (await readSetting(db, REVISION, z.number())) ?? 0;
}

/**
 * Compiles the rules in force and swaps them in at the edge store. One publisher at a time: who comes later reads later,
 * so that an older state never replaces a newer one.
 */
export async function publishRuleSet(db: Database, redis: Redis): Promise<Publication> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${PUBLISH_LOCK})`);
    const revision = await ruleRevision(transaction);
    const lists = await listsInForce(transaction);
    const chunks = await encodeChunks(lists);
    const publication: Publication = {
      id: crypto.randomUUID(),
      chunks: chunks.length,
      entries: lists.size,
      publishedAt: Date.now(),
    };
    await writePublication(redis, publication, chunks);
    const { id, entries: size, publishedAt } = publication;
    await writeSetting(transaction, SETTING, { id, entries: size, publishedAt, revision }, "publish-rules");
    return publication;
  });
}

/** Publishes again only where the edge store lost the publication, or rules have changed since the last one. */
export async function repairPublication(
  db: Database,
  redis: Redis,
): Promise<{ repaired: boolean; publication: Publication }> {
  const [published, last, revision] = await Promise.all([
    readPublication(redis),
    readSetting(db, SETTING, publicationSetting),
    ruleRevision(db),
  ]);
  if (
    published?.id === last?.id &&
    last?.revision === revision &&
    published &&
    (await isPublicationWhole(redis, published))
  ) {
    return { repaired: false, publication: published };
  }
  return { repaired: true, publication: await publishRuleSet(db, redis) };
}
