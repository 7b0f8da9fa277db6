import type { RangeChunk } from "@/lib/guard/range-chunk";
import { RuleSet } from "@/lib/guard/rule-set";
import {
  assembleRuleSet,
  type Publication,
  parseManifest,
  parsePublication,
  readChunk,
} from "@/lib/guard/rule-set-codec";
import type { FetchRuleSet } from "@/lib/guard/rule-set-source";
import { TABLES } from "@/lib/guard/tables";
import { KEYS, type Redis } from "@/lib/redis";

/** Chunks in one answer: some 400 kB, which are decoded at a stretch in a few milliseconds. */
const CHUNKS_PER_READ = 4;

/** What is published, or null where nothing is, or where another version of Gatehouse has published it. */
export async function readPublication(redis: Redis): Promise<Publication | null> {
  return parsePublication(await readVersion(redis));
}

/** The text behind the version key. */
export function readVersion(redis: Redis): Promise<string | null> {
  return redis.get<string>(KEYS.ruleSetVersion);
}

/**
 * Reads what is published, unless it is the known set, and of that only the chunks that the known set does not have. A
 * store that was emptied leaves the known set in force. `ask` gets the text behind the version key, where somebody has
 * a cheaper way to it.
 */
export function ruleSetFetcher(
  redis: Redis,
  ask: () => Promise<string | null> = () => readVersion(redis),
): FetchRuleSet {
  return async (known) => {
    const text = await ask();
    if (!text) return known ?? RuleSet.empty();
    const publication = parsePublication(text);
    if (!publication) throw new Error("the rule set was published by another version of Gatehouse");
    if (publication.id === known?.id) return null;
    return assembleRuleSet(publication, await readChunks(redis, publication, known));
  };
}

async function readChunks(
  redis: Redis,
  publication: Publication,
  known: RuleSet | null,
): Promise<RangeChunk[]> {
  const keys = await readManifest(redis, publication);
  const chunks = new Map<string, RangeChunk>();
  for (const name of TABLES)
    for (const chunk of known?.tables[name].chunks ?? []) chunks.set(chunk.key, chunk);
  const missing = keys.filter((key) => !chunks.has(key));
  // One answer after the other, so that no more than one has to be held.
  for (let next = 0; next < missing.length; next += CHUNKS_PER_READ) {
    const wanted = missing.slice(next, next + CHUNKS_PER_READ);
    const texts = await redis.mget<(string | null)[]>(wanted.map(KEYS.ruleSetChunk));
    for (const [at, key] of wanted.entries()) {
      // Visitors get their turn: the first chunks of a process take some ten milliseconds each.
      if (chunks.size > 0) await new Promise((resolve) => setTimeout(resolve));
      chunks.set(key, readChunk(key, texts[at] ?? null));
    }
  }
  return keys.map((key) => chunks.get(key) as RangeChunk);
}

export async function readManifest(redis: Redis, publication: Publication): Promise<string[]> {
  if (publication.chunks === 0) return [];
  return parseManifest(publication, await redis.get<string>(KEYS.ruleSetManifest(publication.id)));
}
