import path from "node:path";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { FaultyProxy } from "@/e2e/fixtures/faulty-proxy";
import { Load, statusesOf, timesOf } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { block, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { rowsOf, untilStored } from "@/e2e/fixtures/well";
import { type Postgres, startPostgres } from "@/services/postgres";

const PER_SECOND = 40;
const CALM_MS = 4000;
const GONE_MS = 60_000;
const STORED_MS = 60_000;

let folder: string;
let postgres: Postgres;
let proxy: FaultyProxy;
let product: Product;
test.beforeAll(async () => {
  folder = await makeFolder();
  postgres = await startPostgres({
    dataDir: path.join(folder, "postgres"),
    password: "a password of a test",
  });
  proxy = await FaultyProxy.open({ to: postgres.port });
  const url = new URL(postgres.url);
  url.port = String(proxy.port);
  product = await startProduct({ mode: "node-door", env: { DATABASE_URL: url.href } });
});
test.afterAll(async () => {
  await product?.stop();
  await proxy?.close();
  await postgres?.stop();
  if (folder) await removeFolder(folder);
});

test("PostgreSQL gone for 60 s under load: no event is lost, none comes twice, no visitor notices", async () => {
  const blocked = "198.51.100.200";
  await block(product, blocked);
  const next = (number: number) => ({
    path: OPEN_PATH,
    from: number % 5 === 0 ? blocked : `203.0.113.${(number % 200) + 1}`,
  });
  const load = new Load({ url: product.url, perSecond: PER_SECOND, next });
  await pause(CALM_MS);
  const calm = timesOf(load.answered);
  const goneAt = performance.now();
  // Half of the time nobody listens, the other half the connection stands and nothing comes.
  await proxy.become("refusing");
  await pause(GONE_MS / 2);
  await proxy.become("hanging");
  await pause(GONE_MS / 2);
  const during = load.answered.filter(({ at }) => at >= goneAt);
  await proxy.become("passing");
  await pause(CALM_MS);
  const answered = await load.stop();
  const storedMs = await untilStored(product, STORED_MS);

  const rows = await rowsOf(product, answered, STORED_MS);
  const missing = answered.filter(({ id }) => !rows.has(id));
  const twice = [...rows.values()].filter((copies) => copies !== 1);
  const times = timesOf(during);
  const [rollups] = await product.sql<{ counted: number; rows: number }[]>`
    select (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted,
      (select count(*)::int from request_logs) as rows`;
  console.log(
    [
      `${load.sent} sent, by status ${JSON.stringify(statusesOf(answered))}; ${during.length} answered without PostgreSQL`,
      `p99 ${times.p99} ms, slowest ${times.max} ms (before: ${calm.p99} and ${calm.max} ms)`,
      `${rows.size} rows of them, missing ${missing.length}, twice ${twice.length}; all stored ${storedMs} ms after the load`,
      `${rollups?.counted} counted by the hour of ${rollups?.rows} rows in all`,
    ]
      .map((line) => `     ${line}`)
      .join("\n"),
  );
  expect(missing, product.logs()).toEqual([]);
  expect(twice).toEqual([]);
  expect(rollups?.counted).toBe(rollups?.rows);
  const ofBlocked = answered.filter(({ sent }) => sent.from === blocked);
  expect(statusesOf(ofBlocked)).toEqual({ 403: ofBlocked.length });
  expect(statusesOf(answered)).toEqual({ 200: answered.length - ofBlocked.length, 403: ofBlocked.length });
  expect(during.length).toBeGreaterThan((PER_SECOND * GONE_MS) / 1000 / 2);
  expect(times.max).toBeLessThan(500 + Math.max(100, 3 * calm.max));
});
