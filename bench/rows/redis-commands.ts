import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { CleanUp } from "@/bench/clean-up";
import { type Arrivals, arrivals, DAY_MS, uniformArrivals } from "@/bench/redis/arrivals";
import { CountingStore, VirtualDoor } from "@/bench/redis/virtual-door";
import { type Figure, type Row, spreadOf, spreadText } from "@/bench/row";
import { FORWARDED_HEADERS } from "@/lib/client-ip";
import { readEnv } from "@/lib/env";
import { BATCHES_PER_ROUND, drain } from "@/lib/events/drain";
import { EventStore } from "@/lib/events/store";
import { Door } from "@/lib/guard/door";
import { RuleLists } from "@/lib/guard/rule-lists";
import { encodeChunks } from "@/lib/guard/rule-set-codec";
import { writePublication } from "@/lib/guard/rule-set-writer";
import { edgeStore } from "@/lib/redis";
import { freePort } from "@/services/ports";
import { startUpstash } from "@/services/upstash";
import { findRedisProgram } from "@/services/upstash/redis-process";

// Upstash bills every command, those within a script too (its page on the costs of rate limiting counts "EVAL, INCR,
// PEXPIRE" as three). Redis' own statistics count the same way. Limited paths and signed-in users are not in these figures:
// a limited request costs up to five commands, a signed-in user one for each second in which he asks.

const [FIELD] = FORWARDED_HEADERS;
const REQUESTS = 1000;
const COMMANDS_MAX = 100;
/** Requests a second: each rate is run so many times. */
const RATES = [
  { perSecond: 20, runs: 5 },
  { perSecond: 100, runs: 3 },
  { perSecond: 1000, runs: 3 },
];
const MONTH_DAYS = 30;
const MONTH_REQUESTS = 1_000_000;
const MONTH_COMMANDS_MAX = 500_000;
/** Days that are played through; the month is so many times as long. */
const PLAYED_DAYS = 6;
/** As the jobs are scheduled at Inngest: see `inngest/jobs.ts`. */
const DRAIN_EVERY_MS = 180_000;
const REPAIR_EVERY_MS = 900_000;
/** Version, list of chunks, marker, and whether the chunks are there. */
const REPAIR_COMMANDS = 4;
/** LRANGE, and the script that acknowledges: EVALSHA, LRANGE, LTRIM, HINCRBY. */
const ROUND_COMMANDS = 5;
/** What says how Redis is used is no use of it. */
const NOT_BILLED = /^(info|config|client|hello|auth|ping|select)/;

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  try {
    const figures: Figure[] = [];
    const counted = await startCounted(cleanUp);
    for (const { perSecond, runs } of RATES) {
      const counts: number[] = [];
      for (let at = 0; at < runs; at++) counts.push(await countRequests(counted, perSecond));
      log(`${REQUESTS} requests at ${perSecond}/s: ${counts.join(", ")} commands`);
      const spread = spreadOf(counts);
      figures.push({
        name: `${REQUESTS} requests at ${perSecond}/s, with their drain`,
        value: spreadText(spread, 0),
        target: `≤ ${COMMANDS_MAX}`,
        isReached: spread.greatest <= COMMANDS_MAX,
      });
    }
    return [...figures, ...(await playMonths(log))];
  } finally {
    await cleanUp.run();
  }
}

type Counted = { environment: Record<string, string>; redis: Redis };

/** A Redis of our own behind the local endpoint, with rules in it. */
async function startCounted(cleanUp: CleanUp): Promise<Counted> {
  const program = await findRedisProgram();
  if (!program) throw new Error("This row counts at a redis-server or valkey-server: install one of them.");
  const dataDir = await cleanUp.add(mkdtemp(join(tmpdir(), "gatehouse-bench-")), (made) =>
    rm(made, { recursive: true, force: true }),
  );
  const port = await freePort();
  const server = spawn(program.path, [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    dataDir,
  ]);
  const ended = once(server, "exit");
  await cleanUp.add(Promise.resolve(server), async () => {
    server.kill();
    await ended;
  });
  // It tries again by itself until the server answers.
  const client = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null }).on("error", () => {});
  const redis = await cleanUp.add(Promise.resolve(client), async (started) => started.disconnect());
  await redis.ping();
  const token = "bench";
  const redisUrl = `redis://127.0.0.1:${port}`;
  const upstash = await cleanUp.add(startUpstash({ token, dataDir, redisUrl }), (started) => started.stop());
  const environment = {
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: token,
    IP_HASH_KEY: "bench",
    EVENT_SEAL_KEY: "bench",
    NEXTAUTH_SECRET: "bench",
  };
  const lists = new RuleLists();
  const rule = { prefix: 32, allows: false, ruleId: 1, expiresAt: 0 };
  lists.add("v4", { ...rule, start: [0xc0000201, 0, 0, 0] });
  const chunks = await encodeChunks(lists);
  const publication = { id: "bench", chunks: chunks.length, entries: lists.size, publishedAt: Date.now() };
  await writePublication(edgeStore(readEnv(environment), { timeoutMs: 5000 }), publication, chunks);
  return { environment, redis };
}

/** One door, from its start to the drain of what it saw. */
async function countRequests({ environment, redis }: Counted, perSecond: number): Promise<number> {
  const before = await billed(redis);
  const door = new Door("edge", readEnv(environment));
  const startedAt = performance.now();
  for (let at = 0; at < REQUESTS; at++) {
    const early = (at * 1000) / perSecond - (performance.now() - startedAt);
    if (early > 1) await wait(early);
    const headers = {
      get: (name: string) => (name === FIELD ? `203.0.113.${at % 250}` : null),
    };
    const decision = await door.decide({ method: "GET", target: `/page/${at % 40}`, headers, peer: null });
    void door.record(decision, { status: null, durationMs: null });
  }
  await door.events.flush();
  const store = new EventStore(edgeStore(readEnv(environment), { timeoutMs: 5000 }));
  const { events } = await drain({ store, sealKey: "bench", insert: async (drained) => drained.length });
  if (events !== REQUESTS) throw new Error(`${events} of ${REQUESTS} events came out.`);
  return (await billed(redis)) - before;
}

async function billed(redis: Redis): Promise<number> {
  const lines = (await redis.info("commandstats")).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
  return [...lines].reduce(
    (sum, [, name, calls]) => sum + (NOT_BILLED.test(name as string) ? 0 : Number(calls)),
    0,
  );
}

async function playMonths(log: (line: string) => void): Promise<Figure[]> {
  const perDay = MONTH_REQUESTS / MONTH_DAYS;
  const real = arrivals(perDay, PLAYED_DAYS);
  const uniform = uniformArrivals(perDay, PLAYED_DAYS);
  const month = await playMonth(real, 1);
  const facts = [
    { of: real, doors: 3 },
    { of: uniform, doors: 1 },
    { of: uniform, doors: 3 },
  ];
  log(`${month} commands a month at ${real.source}`);
  const figures: Figure[] = [
    {
      name: `a month of 1 M requests (${real.source}, one instance, jobs of the hosted edition)`,
      value: month.toLocaleString("en"),
      target: `≤ ${MONTH_COMMANDS_MAX.toLocaleString("en")}`,
      isReached: month <= MONTH_COMMANDS_MAX,
    },
  ];
  for (const { of, doors } of facts) {
    const commands = await playMonth(of, doors);
    log(`${commands} with ${doors} instances, ${of.source}`);
    const name = `the same month, ${of.source}, ${doors === 1 ? "one instance" : `${doors} instances`}`;
    figures.push({ name, value: commands.toLocaleString("en"), target: null, isReached: true });
  }
  return figures;
}

/** Commands of a month: the doors' own code on a clock that is set, and the jobs at their times. */
async function playMonth({ times }: Arrivals, instances: number): Promise<number> {
  const { EVENT_FLUSH_MS, RULE_SET_TTL } = readEnv({});
  const store = new CountingStore();
  const doors = Array.from(
    { length: instances },
    () => new VirtualDoor(store.asRedis(), { ttlSeconds: RULE_SET_TTL, flushMs: EVENT_FLUSH_MS }),
  );
  const start = times[0] as number;
  let nextDrain = start + DRAIN_EVERY_MS;
  for (const [at, time] of times.entries()) {
    while (nextDrain <= time) {
      for (const door of doors) await door.passTo(nextDrain);
      store.commands += drainCommands(store.waitingBatches);
      store.waitingBatches = 0;
      nextDrain += DRAIN_EVERY_MS;
    }
    await (doors[at % instances] as VirtualDoor).visit(time);
  }
  const repairs = (PLAYED_DAYS * DAY_MS) / REPAIR_EVERY_MS;
  const played = store.commands + repairs * REPAIR_COMMANDS;
  return Math.round((played * MONTH_DAYS) / PLAYED_DAYS);
}

/** Rounds go on while they are full; one that finds nothing only looks. */
function drainCommands(batches: number): number {
  const full = Math.floor(batches / BATCHES_PER_ROUND);
  return full * ROUND_COMMANDS + (batches % BATCHES_PER_ROUND > 0 ? ROUND_COMMANDS : 1);
}

export const row: Row = {
  id: "redis-commands",
  what: "Redis commands of doors and jobs, those within scripts counted",
  against: "the free plan's 500,000 a month",
  run,
};
