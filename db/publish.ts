import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/db/client";
import { rulesInForce } from "@/db/ip-rules";
import type { IpRule } from "@/db/schema";
import { readSetting, writeSetting } from "@/db/settings";
import type { RangeEntry } from "@/lib/guard/range-table";
import { hashWords, TABLES, type TableName } from "@/lib/guard/rule-set";
import { encodeRuleSet, type Publication } from "@/lib/guard/rule-set-codec";
import { isPublicationWhole, readPublication, writePublication } from "@/lib/guard/rule-set-store";
import { parseRange } from "@/lib/ip";
import type { Redis } from "@/lib/redis";

const PUBLISH_LOCK = 728_102;
const SETTING = "publication";
const publicationSetting = z.object({ id: z.string(), entries: z.number(), publishedAt: z.number() });

/**
 * Compiles the rules in force and swaps them in at the edge store. One publisher at a time: who comes later reads later,
 * so that an older state never replaces a newer one.
 */
export async function publishRuleSet(db: Database, redis: Redis): Promise<Publication> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${PUBLISH_LOCK})`);
    const entries = compile(await rulesInForce(transaction));
    const chunks = encodeRuleSet(entries);
    const publication: Publication = {
      id: crypto.randomUUID(),
      chunks: chunks.length,
      entries: TABLES.reduce((sum, name) => sum + entries[name].length, 0),
      publishedAt: Date.now(),
    };
    await writePublication(redis, publication, chunks);
    const { id, entries: size, publishedAt } = publication;
    await writeSetting(transaction, SETTING, { id, entries: size, publishedAt }, "publish-rules");
    return publication;
  });
}

/** Publishes again only where the edge store lost the publication or holds another one than the last. */
export async function repairPublication(
  db: Database,
  redis: Redis,
): Promise<{ repaired: boolean; publication: Publication }> {
  const [published, last] = await Promise.all([
    readPublication(redis),
    readSetting(db, SETTING, publicationSetting),
  ]);
  if (published && published.id === last?.id && (await isPublicationWhole(redis, published))) {
    return { repaired: false, publication: published };
  }
  return { repaired: true, publication: await publishRuleSet(db, redis) };
}

/** Rules as the entries of the six lists. A target that does not parse was not written by us and is left out. */
export function compile(
  rules: readonly Pick<IpRule, "id" | "action" | "target" | "targetKind" | "expiresAt">[],
): Record<TableName, RangeEntry[]> {
  const entries = Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Record<
    TableName,
    RangeEntry[]
  >;
  for (const rule of rules) {
    const expiresAt = rule.expiresAt ? Math.ceil(rule.expiresAt.getTime() / 1000) : 0;
    if (rule.targetKind === "hash") {
      entries[`${rule.action}-hash`].push({
        start: hashWords(rule.target),
        prefix: 128,
        expiresAt,
        ruleId: rule.id,
      });
      continue;
    }
    const range = parseRange(rule.target);
    if (!range) continue;
    const { version, a, b, c, d } = range.ip;
    entries[`${rule.action}-v${version}`].push({
      start: [a, b, c, d],
      prefix: range.prefix,
      expiresAt,
      ruleId: rule.id,
    });
  }
  return entries;
}
