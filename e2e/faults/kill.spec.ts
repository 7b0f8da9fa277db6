import path from "node:path";
import { notingAppended, readAppended } from "@/e2e/fixtures/appended";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { Killer, PARTS } from "@/e2e/fixtures/killer";
import { Load, statusesOf } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { seededRandom } from "@/e2e/fixtures/random";
import { RuleKeeper } from "@/e2e/fixtures/rule-keeper";
import { IN_FORCE_MS, OPEN_PATH } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { untilStored, untilWell } from "@/e2e/fixtures/well";
import { hasRedis } from "@/services/test/stores";

/** Seconds of killing; the full run takes five minutes, of which the first five kills are one of each part. */
const SECONDS = Number(process.env.GATEHOUSE_FAULT_SECONDS) || 300;
const PER_SECOND = 40;
const HEALED_MS = 60_000;
/** Redis hands what it has acknowledged to the disk once a second; while that takes its time, up to two wait in memory. */
const UNSYNCED_MS = 2000;
/** Mostly what costs little, so that it is the faults that are felt and not the load. */
const PATHS = [...Array(17).fill(OPEN_PATH), "/api/health", "/sign-in", "/nowhere"];

let folder: string;
let product: Product;
test.beforeAll(async () => {
  folder = await makeFolder();
});
test.afterAll(async () => {
  await product?.stop();
  await removeFolder(folder);
});

test(`${SECONDS} s of kill -9: each acknowledged event is a row once, each acknowledged rule is in force`, async () => {
  test.skip(!hasRedis, "needs redis-server or valkey-server on the PATH");
  test.setTimeout(SECONDS * 1000 + 240_000);
  const file = path.join(folder, "appended");
  product = await startProduct({ mode: "node-door", env: notingAppended(file) });
  const { sql } = product;
  const random = seededRandom();
  console.log(`     seed ${random.seed}, ${SECONDS} s`);

  const load = new Load({
    url: product.url,
    perSecond: PER_SECOND,
    next: (number) => ({ path: PATHS[number % PATHS.length], from: `203.0.113.${(number % 200) + 1}` }),
  });
  const killer = new Killer(product, random);
  const rules = new RuleKeeper(product);
  const until = performance.now() + SECONDS * 1000;
  const ruling = rules.keep(until);
  await killer.kill(until);
  await ruling;
  const healedMs = await untilWell(product, HEALED_MS);
  const { milliseconds: inForceMs, askingMs } = await rules.untilInForce();
  const answered = await load.stop();
  await untilStored(product, HEALED_MS);

  const { acknowledgedAt, batches } = await readAppended(file, product.settings.EVENT_SEAL_KEY as string);
  const rows = await sql<{ id: string; copies: number }[]>`
    select id, count(*)::int as copies from request_logs group by id`;
  const stored = new Set(rows.map((row) => row.id));
  const lost = [...acknowledgedAt].filter(([id]) => !stored.has(id));
  const redisKills = killer.kills.get("Redis") ?? [];
  const isUnsynced = (at: number) =>
    redisKills.some((killedAt) => at <= killedAt && killedAt - at <= UNSYNCED_MS);
  const missing = lost.filter(([, at]) => !isUnsynced(at));
  const twice = rows.filter((row) => row.copies > 1);
  const [rollups] = await sql<{ counted: number }[]>`
    select sum(allowed + blocked + limited)::int as counted from traffic_rollups where dimension = 'total'`;
  console.log(
    [
      `killed: ${killer.summary()}`,
      `requests: ${load.sent} sent, by status ${JSON.stringify(statusesOf(answered))}`,
      `events: ${acknowledgedAt.size} acknowledged in ${batches} batches, ${rows.length} rows, ${rollups?.counted} counted`,
      `missing ${missing.length}, twice ${twice.length}; lost with a Redis that was killed before its disk had them: ${lost.length - missing.length}`,
      `rules: ${rules.summary()}, all in force ${inForceMs} ms after the parts were back (healed in ${healedMs} ms; asking takes ${askingMs} ms)`,
    ]
      .map((line) => `     ${line}`)
      .join("\n"),
  );
  expect(missing, product.logs()).toEqual([]);
  expect(twice).toEqual([]);
  expect(rollups?.counted).toBe(rows.length);
  expect(acknowledgedAt.size).toBeGreaterThan(load.sent / 4);
  expect(killer.kills.size).toBe(PARTS.length);
  expect(rules.count).toBeGreaterThan(0);
  expect(inForceMs - askingMs).toBeLessThan(IN_FORCE_MS);
});
