import { type Figure, type Row, type Spread, spreadOf, spreadText } from "@/bench/row";
import { randomIp, randomLists, randomNumbers } from "@/bench/rule-set/random-rules";
import { clientIp, FORWARDED_HEADERS, parseTrustedProxies } from "@/lib/client-ip";
import { evaluate } from "@/lib/guard/evaluate";
import type { RuleSet } from "@/lib/guard/rule-set";
import { ruleSetOf } from "@/lib/guard/rule-set-codec";
import { VisitorHashCache } from "@/lib/guard/visitor-hashes";
import { formatIp, type Ip } from "@/lib/ip";

const RULES = 1_000_000;
const RUNS = 9;
const LOOKUPS = 200_000;
/** Lookups that are timed together: whatever else the machine does meanwhile spoils some of these, and not their median. */
const SLICE = 1000;
/** Visitors that come again while their hash is remembered. */
const REGULARS = 20_000;
const RATIO_MAX = 5;
const NANOSECONDS_MAX = 1000;
const HASH_KEY = "bench";
const AT = Date.UTC(2026, 0, 1);

/** What a door knows: the header's text, a peer that is trusted, its rules. */
type Deciding = { rules: RuleSet; hashesOf: (ip: Ip) => ReturnType<VisitorHashCache["get"]> };

const [FIELD] = FORWARDED_HEADERS;
const trust = parseTrustedProxies(undefined);
let hits = 0;

/** From the text of the header to the verdict, by the functions that the doors run. */
function decideAll(texts: readonly string[], { rules, hashesOf }: Deciding): number {
  let text = "";
  const headers = { get: (name: string) => (name === FIELD ? text : null) };
  const deps = { rules, failMode: "open" as const, hashesOf, limit: null };
  return nanosecondsEach(texts, (field) => {
    text = field;
    const ip = clientIp({ headers, peer: "127.0.0.1", trust, platform: null })?.ip ?? null;
    const visit = { id: "", at: AT, ip, method: "GET", path: "/", policy: null, userId: null };
    const verdict = evaluate(visit, deps);
    if ("action" in verdict && verdict.action === "block") hits++;
  });
}

function getAll(texts: readonly string[], map: ReadonlyMap<string, number>): number {
  return nanosecondsEach(texts, (text) => {
    if (map.get(text) !== undefined) hits++;
  });
}

function nanosecondsEach(texts: readonly string[], look: (text: string) => void): number {
  const slices: number[] = [];
  for (let from = 0; from + SLICE <= texts.length; from += SLICE) {
    const startedAt = performance.now();
    for (let at = from; at < from + SLICE; at++) look(texts[at] as string);
    slices.push(((performance.now() - startedAt) / SLICE) * 1e6);
  }
  return spreadOf(slices).median;
}

// A header's text is made anew for each request: its characters lie in one piece, and nobody has hashed it yet.
const arrived = (text: string) => Buffer.from(text, "latin1").toString("latin1");

async function run(log: (line: string) => void): Promise<Figure[]> {
  const plain = randomLists(RULES, "plain", HASH_KEY);
  const map = new Map(plain.addresses.map((address, at) => [address, at]));
  const rules = ruleSetOf("plain", 1, plain.lists);
  const hashed = ruleSetOf("hashed", 1, randomLists(RULES, "hashed", HASH_KEY).lists);
  const noHashes: Deciding = {
    rules,
    hashesOf: () => {
      throw new Error("No rule is on a hash.");
    },
  };
  log(`${rules.size} rules on addresses and ranges; ${hashed.tables.hash.size} of the same on hashes`);
  const random = randomNumbers(2);
  // Half of them stand in a rule, half are drawn anew: cold for both, as visitors are.
  const draw = () =>
    random() < 0.5
      ? (plain.addresses[Math.floor(random() * plain.addresses.length)] as string)
      : formatIp(randomIp(random));
  const times = { map: [] as number[], own: [] as number[], known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round <= RUNS; round++) {
    const drawn = Array.from({ length: LOOKUPS }, draw);
    const fields = drawn.map((text) => arrived(`${text}, 10.0.0.2`));
    const cache = new VisitorHashCache(HASH_KEY);
    const regulars = Array.from({ length: LOOKUPS }, () => drawn[Math.floor(random() * REGULARS)] as string);
    const known: Deciding = { rules: hashed, hashesOf: (ip) => cache.get(ip) };
    const mapTime = getAll(drawn.map(arrived), map);
    const ownTime = decideAll(fields, noHashes);
    const unknownTime = decideAll(fields.slice(0, REGULARS), known);
    const knownTime = decideAll(
      regulars.map((text) => arrived(`${text}, 10.0.0.2`)),
      known,
    );
    // The first round warms up.
    if (round === 0) continue;
    times.map.push(mapTime);
    times.own.push(ownTime);
    times.unknown.push(unknownTime);
    times.known.push(knownTime);
    log(`Map.get ${mapTime.toFixed(0)} ns, header to verdict ${ownTime.toFixed(0)} ns`);
  }
  log(`${hits} hits in all`);
  const ratio = spreadOf(times.own.map((time, at) => time / (times.map[at] as number)));
  const own = spreadOf(times.own);
  return [
    {
      name: "header to verdict, of Map.get",
      value: spreadText(ratio, 2, "×"),
      target: `≤ ${RATIO_MAX}×`,
      isReached: ratio.median <= RATIO_MAX,
    },
    {
      name: "header to verdict",
      value: nanoseconds(own),
      target: `≤ ${NANOSECONDS_MAX} ns`,
      isReached: own.median <= NANOSECONDS_MAX,
    },
    fact("Map.get", times.map),
    fact("rules on hashes, hash remembered", times.known),
    fact("rules on hashes, hash made", times.unknown),
  ];
}

function fact(name: string, values: readonly number[]): Figure {
  return { name, value: nanoseconds(spreadOf(values)), target: null, isReached: true };
}

function nanoseconds(spread: Spread): string {
  return spreadText(spread, 0, " ns");
}

export const row: Row = {
  id: "lookup",
  what: "one lookup among 1,000,000 rules, from the header's text to the verdict",
  against: "Map.get of the address among 1,000,000",
  run,
};
