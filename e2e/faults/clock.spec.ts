import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { send } from "@/e2e/fixtures/http";
import { Load, statusesOf, timesOf } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { block, OPEN_PATH, pause, untilStatus } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { rowsOf, untilStored } from "@/e2e/fixtures/well";

const HOUR_MS = 3_600_000;
/** Where the clock jumps to, in hours from the real time; each jump is felt from the one before. */
const JUMPS = [3, -3, 1, 48, -48, -1, 24 * 20, 0];
const EACH_MS = 3500;
const LIMIT = 5;

let folder: string;
let product: Product;
test.beforeAll(async () => {
  folder = await makeFolder();
  const preload = path.resolve("e2e", "fixtures", "preload", "clock.mjs");
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(preload)}`,
    GATEHOUSE_TEST_CLOCK: path.join(folder, "clock"),
  };
  product = await startProduct({ mode: "node-door", env });
});
test.afterAll(async () => {
  await product?.stop();
  if (folder) await removeFolder(folder);
});

test("a clock that jumps hours and days, back and forth, lifts no block, loses no row, and stops nothing", async () => {
  const blocked = "198.51.100.1";
  await block(product, blocked);
  const next = (number: number) => ({
    path: OPEN_PATH,
    from: number % 4 === 0 ? blocked : `203.0.113.${(number % 100) + 1}`,
  });
  const load = new Load({ url: product.url, perSecond: 20, next });
  const lines: string[] = [];
  for (const [turn, hours] of JUMPS.entries()) {
    await writeFile(path.join(folder, "clock"), String(hours * HOUR_MS));
    await pause(EACH_MS / 2);
    // Rules still come within two seconds of real time, whatever the clock says.
    const other = `198.51.100.${10 + turn}`;
    const startedAt = performance.now();
    await block(product, other);
    const inForceMs = Math.round(performance.now() - startedAt);
    await untilStatus(product, other, 403);
    // A sign-in works, and its limit still counts.
    const from = `2001:db8:${turn + 1}::1`;
    const login = (password: string) =>
      send(product.url, {
        method: "POST",
        path: "/ip-tracking/login/",
        from,
        json: { username: "admin", password },
      });
    expect((await login(product.admin.password)).status, `at ${hours} h`).toBe(200);
    const geo = { path: "/ip-tracking/test-geo/", from };
    const statuses: number[] = [];
    for (let request = 0; request < 2 * LIMIT + 1; request++)
      statuses.push((await send(product.url, geo)).status);
    expect(statuses.slice(0, LIMIT), `at ${hours} h`).toEqual(Array(LIMIT).fill(200));
    expect(statuses.at(-1), `at ${hours} h`).toBe(429);
    lines.push(`${hours} h: a new block in force after ${inForceMs} ms, ${statuses.join(" ")}`);
    await pause(EACH_MS / 2);
  }
  const answered = await load.stop();
  await untilStored(product, 30_000);
  const rows = await rowsOf(product, answered, 30_000);
  const ofBlocked = answered.filter(({ sent }) => sent.from === blocked);
  const [stored] = await product.sql<
    { rows: number; counted: number; astray: number; days: number; wrong: number }[]
  >`
    select count(*)::int as rows, count(*) filter (where tableoid = to_regclass('request_logs_default'))::int as astray,
      count(distinct request_time(id)::date)::int as days,
      count(*) filter (where substr(id::text, 15, 1) <> '7')::int as wrong,
      (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted
    from request_rows`;
  console.log(
    [
      ...lines,
      `${load.sent} sent, by status ${JSON.stringify(statusesOf(answered))}, slowest ${timesOf(answered).max} ms`,
      `${rows.size} rows of them; ${stored?.rows} in all on ${stored?.days} days, ${stored?.astray} in the default partition`,
    ]
      .map((line) => `     ${line}`)
      .join("\n"),
  );
  expect(statusesOf(ofBlocked)).toEqual({ 403: ofBlocked.length });
  expect(statusesOf(answered)).toEqual({ 200: answered.length - ofBlocked.length, 403: ofBlocked.length });
  expect(answered.filter(({ id }) => rows.get(id) !== 1)).toEqual([]);
  expect(stored?.counted).toBe(stored?.rows);
  expect(stored?.wrong).toBe(0);
});
