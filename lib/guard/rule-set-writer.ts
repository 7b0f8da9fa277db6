import {
  type EncodedChunk,
  formatManifest,
  formatPublication,
  type Publication,
  parsePublication,
  toBase64,
} from "@/lib/guard/rule-set-codec";
import { readManifest, readVersion } from "@/lib/guard/rule-set-store";
import { KEYS, type Redis } from "@/lib/redis";

/** Seconds for which what a publication replaced stays fetchable, for a door that is in the middle of reading it. */
const REPLACED_TTL_SECONDS = 120;
/** Seconds after which chunks go away that no publication has taken over: of one that broke off. */
const UNUSED_TTL_SECONDS = 3600;
const PARALLEL_WRITES = 4;

/**
 * Makes a publication the current one, in one step: its new chunks stay for good, what the one before had alone goes away
 * after a while, and the marker among the events, by which doors learn of it, changes with the version key.
 */
const SWAP = `
local before = redis.call('GET', KEYS[1])
local kept = tonumber(ARGV[2])
for at = 4, 3 + kept do redis.call('PERSIST', KEYS[at]) end
if ARGV[3] ~= '' then redis.call('SET', KEYS[3], ARGV[3]) end
redis.call('SET', KEYS[1], ARGV[1])
if before then redis.call('LREM', KEYS[2], 0, before) end
redis.call('LPUSH', KEYS[2], ARGV[1])
for at = 4 + kept, #KEYS do redis.call('EXPIRE', KEYS[at], ARGV[4]) end
return 1
`;

/**
 * Writes what the store does not have yet and then swaps the version key: a door sees the old set or the new one. Chunks
 * that the publication before has too are neither written nor, by the doors, read again.
 */
export async function writePublication(
  redis: Redis,
  publication: Publication,
  chunks: readonly EncodedChunk[],
): Promise<void> {
  const before = await keysOfVersion(redis);
  const keys = chunks.map((chunk) => chunk.key);
  const known = new Set(await stillThere(redis, before.chunks, keys));
  const fresh = chunks.filter((chunk) => !known.has(chunk.key));
  let next = 0;
  const write = async () => {
    for (let chunk = fresh[next++]; chunk; chunk = fresh[next++])
      await redis.set(KEYS.ruleSetChunk(chunk.key), toBase64(chunk.bytes), { ex: UNUSED_TTL_SECONDS });
  };
  await Promise.all(Array.from({ length: PARALLEL_WRITES }, write));
  const wanted = new Set(keys);
  const persisted = fresh.map((chunk) => KEYS.ruleSetChunk(chunk.key));
  const replaced = before.chunks.filter((key) => !wanted.has(key)).map(KEYS.ruleSetChunk);
  await redis
    .createScript<number>(SWAP)
    .exec(
      [
        KEYS.ruleSetVersion,
        KEYS.events,
        KEYS.ruleSetManifest(publication.id),
        ...persisted,
        ...replaced,
        ...before.others,
      ],
      [
        formatPublication(publication),
        String(persisted.length),
        formatManifest(keys),
        String(REPLACED_TTL_SECONDS),
      ],
    );
}

/** Whether every part of the publication is there: false after the store lost keys. */
export async function isPublicationWhole(redis: Redis, publication: Publication): Promise<boolean> {
  const [keys, marker] = await Promise.all([
    readManifest(redis, publication).catch(() => null),
    redis.lpos<number | null>(KEYS.events, formatPublication(publication)),
  ]);
  if (keys === null || marker === null) return false;
  return keys.length === 0 || (await redis.exists(...keys.map(KEYS.ruleSetChunk))) === keys.length;
}

type Replaceable = { chunks: string[]; others: string[] };

/** What hangs on the current version: the content keys of its chunks, and its other keys. */
async function keysOfVersion(redis: Redis): Promise<Replaceable> {
  const text = await readVersion(redis);
  const publication = parsePublication(text);
  if (!publication) return { chunks: [], others: keysOfFirstFormat(text ?? "") };
  const chunks = await readManifest(redis, publication).catch(() => []);
  return { chunks, others: [KEYS.ruleSetManifest(publication.id)] };
}

/** The first format numbered the chunks of a publication instead of naming them by their content. */
function keysOfFirstFormat(text: string): string[] {
  const [, id, chunks] = /^p\|([\w-]{1,64})\|(\d{1,4})\|/.exec(text) ?? [];
  return Array.from(
    { length: Number(chunks ?? 0) },
    (_, at) => `${KEYS.ruleSetManifest(id as string)}:${at}`,
  );
}

/** Of the wanted chunks those of the publication before, or none where the store has lost one of them. */
async function stillThere(
  redis: Redis,
  before: readonly string[],
  wanted: readonly string[],
): Promise<readonly string[]> {
  const published = new Set(before);
  const shared = [...new Set(wanted.filter((key) => published.has(key)))];
  if (shared.length === 0) return [];
  return (await redis.exists(...shared.map(KEYS.ruleSetChunk))) === shared.length ? shared : [];
}
