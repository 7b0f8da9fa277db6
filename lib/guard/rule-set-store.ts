import { RuleSet } from "@/lib/guard/rule-set";
import {
  decodeRuleSet,
  formatPublication,
  type Publication,
  parsePublication,
} from "@/lib/guard/rule-set-codec";
import type { FetchRuleSet } from "@/lib/guard/rule-set-source";
import { KEYS, type Redis } from "@/lib/redis";

/** Seconds for which a replaced publication stays fetchable, for a door that is in the middle of reading it. */
const REPLACED_TTL_SECONDS = 120;
const PARALLEL_READS = 4;

export async function readPublication(redis: Redis): Promise<Publication | null> {
  return parsePublication(await redis.get<string>(KEYS.ruleSetVersion));
}

/** Reads what is published, unless it is the known set. A store that was emptied leaves the known set in force. */
export function ruleSetFetcher(redis: Redis): FetchRuleSet {
  return async (known) => {
    const publication = await readPublication(redis);
    if (!publication) return known ?? RuleSet.empty();
    if (publication.id === known?.id) return null;
    const chunks: (string | null)[] = [];
    for (let first = 0; first < publication.chunks; first += PARALLEL_READS) {
      const count = Math.min(PARALLEL_READS, publication.chunks - first);
      const keys = Array.from({ length: count }, (_, at) => KEYS.ruleSetChunk(publication.id, first + at));
      chunks.push(...(await Promise.all(keys.map((key) => redis.get<string>(key)))));
    }
    return decodeRuleSet(publication, chunks);
  };
}

/** Writes the chunks under keys of their own and then swaps the version key: a door sees the old set or the new one. */
export async function writePublication(
  redis: Redis,
  publication: Publication,
  chunks: readonly string[],
): Promise<void> {
  const before = await readPublication(redis);
  for (const [at, chunk] of chunks.entries()) await redis.set(KEYS.ruleSetChunk(publication.id, at), chunk);
  await redis.set(KEYS.ruleSetVersion, formatPublication(publication));
  if (!before || before.id === publication.id) return;
  for (let at = 0; at < before.chunks; at++) {
    await redis.expire(KEYS.ruleSetChunk(before.id, at), REPLACED_TTL_SECONDS);
  }
}

/** Whether every part of the publication is there: false after the store lost keys. */
export async function isPublicationWhole(redis: Redis, publication: Publication): Promise<boolean> {
  if (publication.chunks === 0) return true;
  const keys = Array.from({ length: publication.chunks }, (_, at) => KEYS.ruleSetChunk(publication.id, at));
  return (await redis.exists(...keys)) === keys.length;
}
