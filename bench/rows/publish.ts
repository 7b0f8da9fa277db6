import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CleanUp } from "@/bench/clean-up";
import { type Figure, type Row, spreadOf, spreadText } from "@/bench/row";
import { randomNumbers, randomRules } from "@/bench/rule-set/random-rules";
import { type BenchStores, startStores } from "@/bench/rule-set/stores";
import type { Refused } from "@/bench/rule-set/watching-door";
import { type Database, openDatabase } from "@/db/client";
import { type EnforcementDeps, saveRule } from "@/db/enforcement";
import { publishRuleSet } from "@/db/publish";
import { readEnv } from "@/lib/env";
import { formatRange, isSingle, networkOf } from "@/lib/ip";
import { hashIp } from "@/lib/privacy/hash";
import { edgeStore } from "@/lib/redis";

/** Rules in force, clicks that are timed, and the seconds that the slowest one in a hundred may take. */
const SIZES = [
  { rules: 10_000, clicks: 100, secondsMax: 2 },
  { rules: 1_000_000, clicks: 7, secondsMax: 10 },
];
const INSERT_ROWS = 20_000;
const GIVEN_UP_MS = 60_000;

type Site = { db: Database; deps: EnforcementDeps; door: ChildProcess };
type Click = { savedMs: number; enforcedMs: number; doorPauseMs: number };

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  try {
    const site = await openSite(await startStores(cleanUp), cleanUp);
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(...(await measure(site, size, log)));
    return figures;
  } finally {
    await cleanUp.run();
  }
}

async function openSite({ databaseUrl, environment }: BenchStores, cleanUp: CleanUp): Promise<Site> {
  const db = await cleanUp.add(Promise.resolve(openDatabase(databaseUrl)), (opened) => opened.$client.end());
  const redis = edgeStore(readEnv(environment), { timeoutMs: 5000, retries: 2 });
  const hashKey = environment.IP_HASH_KEY as string;
  const publish = () => publishRuleSet(db, redis);
  const forked = fork(join("bench", "rule-set", "watching-door.ts"), [], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...environment },
  });
  const door = await cleanUp.add(Promise.resolve(forked), async (process) => process.kill());
  return { db, deps: { db, publish, privacy: "hashed", hashKey, warn: () => {} }, door };
}

async function measure(
  site: Site,
  { rules, clicks, secondsMax }: (typeof SIZES)[number],
  log: (line: string) => void,
): Promise<Figure[]> {
  await insertRules(site, rules);
  const startedAt = performance.now();
  await site.deps.publish();
  const firstMs = performance.now() - startedAt;
  log(`${rules} rules: the first publication took ${firstMs.toFixed(0)} ms`);
  const random = randomNumbers(rules);
  const done: Click[] = [];
  for (let at = 0; at <= clicks; at++) {
    // At any moment of the door's second, not always just after it has asked.
    await wait(random() * 1000);
    const click = await timeClick(site, `198.51.${rules > 100_000 ? 100 : 101}.${at}`);
    // The first one warms up, and brings the door what was published before it.
    if (at > 0) done.push(click);
    log(`saved and published in ${click.savedMs} ms, refused after ${click.enforcedMs} ms`);
  }
  const seconds = done.map(({ enforcedMs }) => enforcedMs / 1000).sort((one, other) => one - other);
  const slowest = seconds[Math.ceil(seconds.length * 0.99) - 1] as number;
  const size = rules.toLocaleString("en");
  return [
    {
      name: `click to enforced, p99 of ${clicks} with ${size} rules`,
      value: `${slowest.toFixed(2)} s (${spreadText(spreadOf(seconds), 2)})`,
      target: `≤ ${secondsMax} s`,
      isReached: slowest <= secondsMax,
    },
    fact(`save and publish with ${size}`, spreadText(spreadOf(done.map(({ savedMs }) => savedMs)), 0, " ms")),
    fact(`first publication of ${size}`, `${firstMs.toFixed(0)} ms`),
    fact(
      `longest pause of the door with ${size}`,
      `${Math.max(...done.map(({ doorPauseMs }) => doorPauseMs)).toFixed(0)} ms`,
    ),
  ];
}

async function timeClick({ deps, door }: Site, target: string): Promise<Click> {
  const refused = once(door, "message", { signal: AbortSignal.timeout(GIVEN_UP_MS) });
  door.send(target);
  const startedAt = Date.now();
  const actor = { name: "bench", origin: "manual" as const, ownIp: null };
  await saveRule({ action: "block", target, reason: "bench", expiresAt: null }, actor, deps);
  const savedMs = Date.now() - startedAt;
  const [answer] = (await refused) as [Refused];
  return { savedMs, enforcedMs: answer.at - startedAt, doorPauseMs: answer.longestPauseMs };
}

/** Fills up to `count` rules: addresses as hashes and ranges, as they are kept by default. */
async function insertRules({ db, deps }: Site, count: number): Promise<void> {
  const [{ there }] = (await db.$client`select count(*)::int as there from ip_rules`) as unknown as [
    { there: number },
  ];
  const random = randomNumbers(there + 1);
  for (let made = there; made < count; made += INSERT_ROWS) {
    const rules = [...randomRules(Math.min(INSERT_ROWS, count - made), random)].map(
      ({ range, allows, expiresAt }) => ({
        action: allows ? "allow" : "block",
        target: isSingle(range) ? hashIp(range.ip, deps.hashKey) : formatRange(range),
        kind: isSingle(range) ? "hash" : "range",
        network: formatRange(isSingle(range) ? networkOf(range.ip) : range),
        until: expiresAt === 0 ? null : new Date(expiresAt * 1000).toISOString(),
      }),
    );
    await db.$client`
      insert into ip_rules (action, target, target_kind, network, expires_at, origin, created_by)
      select action::rule_action, target, kind::target_kind, network::cidr, until::timestamptz, 'feed:bench', 'bench'
      from jsonb_to_recordset(${JSON.stringify(rules)}::text::jsonb)
        as rule (action text, target text, kind text, network text, until text)
      on conflict do nothing`;
  }
  await db.$client`analyze ip_rules`;
}

function fact(name: string, value: string): Figure {
  return { name, value, target: null, isReached: true };
}

export const row: Row = {
  id: "publish",
  what: "from the click on Block to the refusal at a door with visitors",
  against: "the clock",
  run,
};
