import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateRequests } from "@/bench/generate-requests";
import { type Database, openDatabase } from "@/db/client";
import { detect } from "@/db/detect";
import { migrate } from "@/db/migrate";
import { formatCount } from "@/lib/format";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";

// One detection from end to end against a bare `group by ip_hash` of the same rows, alternately, in one PostgreSQL that
// is made for it: `npm run bench:detect [-- <rows>]`, by default 1,000,000. Exits 1 above the ratio that is allowed.

const RUNS = 5;
const RATIO_MAX = 2;
const HOUR_MS = 3_600_000;
/** Megabytes that this process may grow by over the runs, however many rows there are. */
const GROWTH_MAX_MB = 150;

const rows = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(rows) || rows < 1000) throw new Error("Give a number of rows, such as 1000000.");

const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
const dataDir = join(folder, "postgres");
await serverAccount(dataDir);
const server = await startPostgres({ dataDir, password: "bench", durable: false });
try {
  await migrate(server.url);
  process.exitCode = await measure();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<number> {
  const to = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  const window = { from: new Date(to.getTime() - HOUR_MS), to };
  await quiet(server.url);
  const db = openDatabase(server.url);
  const startedAt = performance.now();
  await generateRequests(db, rows, window);
  console.log(`${formatCount(rows)} rows in one hour, made in ${seconds(startedAt)} s.`);
  const bare: number[] = [];
  const whole: number[] = [];
  let before = 0;
  for (let run = 0; run <= RUNS; run++) {
    const bareMs = await timed(() => countBare(db, window));
    const wholeMs = await timed(() => detectOnce(db, window));
    // The first round only warms up.
    if (run === 0) before = process.memoryUsage().rss;
    else {
      bare.push(bareMs);
      whole.push(wholeMs);
    }
  }
  const grown = Math.max(0, Math.round((process.memoryUsage().rss - before) / 1_048_576));
  const [last] = await db.$client`select examined, flagged from detection_runs order by id desc limit 1`;
  await db.$client.end();
  const ratio = median(whole) / median(bare);
  console.log(`group by ip_hash   ${list(bare)} ms, median ${Math.round(median(bare))}`);
  console.log(`one detection      ${list(whole)} ms, median ${Math.round(median(whole))}`);
  console.log(
    `${formatCount(last?.examined)} visitors, ${formatCount(last?.flagged)} flagged; this process grew by ${grown} MB.`,
  );
  console.log(`ratio ${ratio.toFixed(2)} (at most ${RATIO_MAX})`);
  return ratio <= RATIO_MAX && grown <= GROWTH_MAX_MB ? 0 : 1;
}

/**
 * Both sides on one core and in the memory that detection takes for itself: parallel workers would measure the machine,
 * and a detection must leave the other cores to the visitors.
 */
async function quiet(url: string): Promise<void> {
  const db = openDatabase(url, { connectionsMax: 1 });
  await db.$client.unsafe(`alter role current_user set max_parallel_workers_per_gather = 0`);
  await db.$client.unsafe(`alter role current_user set work_mem = '64MB'`);
  await db.$client.end();
}

async function countBare(db: Database, { from, to }: TimeRange): Promise<void> {
  await db.$client`
    select count(*) from (
      select ip_hash, count(*) from request_logs
      where id >= ${uuidFloor(from)}::uuid and id < ${uuidFloor(to)}::uuid group by ip_hash
    ) as counted`;
}

async function detectOnce(db: Database, window: TimeRange): Promise<void> {
  const enforcement = {
    db,
    publish: async () => {},
    privacy: "hashed" as const,
    hashKey: "bench",
    warn: (message: string) => console.warn(message),
  };
  const request = { trigger: "manual" as const, actor: "bench", window };
  await detect(
    { enforcement, env: { TRUSTED_PROXIES: undefined }, now: () => new Date(), source: {} },
    request,
  );
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const list = (values: readonly number[]) => values.map((value) => Math.round(value)).join(" ");
const seconds = (since: number) => Math.round((performance.now() - since) / 1000);
