import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CleanUp } from "@/bench/clean-up";
import { type Figure, type Row, type Spread, spreadOf, spreadText } from "@/bench/row";
import type { Weighed } from "@/bench/rule-set/door-process";
import { randomLists } from "@/bench/rule-set/random-rules";
import { readEnv } from "@/lib/env";
import type { RuleLists } from "@/lib/guard/rule-lists";
import { encodeChunks } from "@/lib/guard/rule-set-codec";
import { writePublication } from "@/lib/guard/rule-set-writer";
import { edgeStore, type Redis } from "@/lib/redis";
import { startUpstash } from "@/services/upstash";

const RULES = 1_000_000;
const RUNS = 5;
const MEGABYTES_MAX = 40;
const PAUSE_MAX_MS = 100;
const MEGABYTE = 1_000_000;

/** What one door weighed: with a million, with one more, and with a million others. */
type Weighing = { first: Weighed; oneMore: Weighed; others: Weighed };

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  const token = "bench";
  const weighings: Weighing[] = [];
  try {
    const dataDir = await cleanUp.add(mkdtemp(join(tmpdir(), "gatehouse-bench-")), (made) =>
      rm(made, { recursive: true, force: true }),
    );
    const upstash = await cleanUp.add(startUpstash({ token, dataDir }), (started) => started.stop());
    const store = { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: token };
    const redis = edgeStore(readEnv(store), { timeoutMs: 10_000 });
    for (let at = 0; at < RUNS; at++) {
      const { first, oneMore, others } = await weighOne(redis, store, cleanUp);
      weighings.push({ first, oneMore, others });
      log(
        `${first.entries} rules in ${first.milliseconds.toFixed(0)} ms: ${megabytes(first.held)} held, ${megabytes(first.resident)} resident, longest pause ${first.longestPauseMs.toFixed(0)} ms`,
      );
    }
  } finally {
    await cleanUp.run();
  }
  return figuresOf(weighings);
}

async function weighOne(redis: Redis, store: Record<string, string>, cleanUp: CleanUp): Promise<Weighing> {
  const forked = fork(join("bench", "rule-set", "door-process.ts"), [], {
    execArgv: ["--expose-gc", "--import", "tsx"],
    env: { ...process.env, ...store },
  });
  const door = await cleanUp.add(Promise.resolve(forked), async (process) => process.kill());
  const ask = async (): Promise<Weighed> => {
    const answer = Promise.race([once(door, "message"), once(door, "exit")]);
    door.send("refresh");
    const [weighed] = await answer;
    if (typeof weighed !== "object" || weighed === null) throw new Error("The door's process ended.");
    return weighed as Weighed;
  };
  await publish(redis, randomLists(100, "plain", "bench").lists);
  // Loads and compiles what a door runs: no rule weighs that.
  await ask();
  const { lists } = randomLists(RULES, "plain", "bench");
  await publish(redis, lists);
  const first = await ask();
  const entry = { prefix: 32, allows: false, ruleId: RULES + 1, expiresAt: 0 };
  lists.add("v4", { ...entry, start: [0xc0000201, 0, 0, 0] });
  await publish(redis, lists);
  const oneMore = await ask();
  await publish(redis, randomLists(RULES, "hashed", "bench").lists);
  const others = await ask();
  door.disconnect();
  return { first, oneMore, others };
}

async function publish(redis: Redis, lists: RuleLists): Promise<void> {
  const chunks = await encodeChunks(lists);
  const publication = {
    id: crypto.randomUUID(),
    chunks: chunks.length,
    entries: lists.size,
    publishedAt: Date.now(),
  };
  await writePublication(redis, publication, chunks);
}

function figuresOf(weighings: readonly Weighing[]): Figure[] {
  const of = (pick: (weighing: Weighing) => number) => spreadOf(weighings.map(pick));
  const held = of(({ first }) => first.held);
  const resident = of(({ first }) => first.resident);
  const pause = of(({ first }) => first.longestPauseMs);
  return [
    bound("heap and buffers", held, MEGABYTES_MAX * MEGABYTE),
    // With what the allocator keeps of the answers that were read: how much that is, differs from run to run.
    fact("resident memory of the process", resident),
    {
      name: "longest pause of the door while it reads them",
      value: spreadText(pause, 0, " ms"),
      target: `≤ ${PAUSE_MAX_MS} ms`,
      isReached: pause.median <= PAUSE_MAX_MS,
    },
    fact(
      "resident at the most meanwhile",
      of(({ first }) => first.peakResident),
    ),
    fact(
      "resident at the most while one rule is added",
      of(({ oneMore }) => oneMore.peakResident),
    ),
    fact(
      "resident at the most while a million others (hashes) come",
      of(({ others }) => others.peakResident),
    ),
    fact(
      "heap and buffers at the most then",
      of(({ others }) => others.peakHeld),
    ),
  ];
}

function bound(name: string, spread: Spread, bytesMax: number): Figure {
  return {
    ...fact(name, spread),
    target: `≤ ${bytesMax / MEGABYTE} MB`,
    isReached: spread.median <= bytesMax,
  };
}

function fact(name: string, { median, least, greatest }: Spread): Figure {
  const inMegabytes = { median: median / MEGABYTE, least: least / MEGABYTE, greatest: greatest / MEGABYTE };
  return { name, value: spreadText(inMegabytes, 1, " MB"), target: null, isReached: true };
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

export const row: Row = {
  id: "memory",
  what: "memory of 1,000,000 rules in a door, read from the edge store",
  against: "the same process before it had them",
  run,
};
