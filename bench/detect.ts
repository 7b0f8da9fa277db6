import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateRequests } from "@/bench/generate-requests";
import { MemoryWatch } from "@/bench/memory-watch";
import { type Database, openDatabase } from "@/db/client";
import { detect } from "@/db/detect";
import { migrate } from "@/db/migrate";
import { formatCount } from "@/lib/format";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";
import { startPostgres } from "@/services/postgres";
import { serverAccount } from "@/services/postgres/account";
import { sharedPlace } from "@/services/postgres/shared-place";

// One detection from end to end against a bare `group by ip_hash` of the same rows, alternately, in one PostgreSQL that
// is made for it: `npm run bench:detect [-- --rows 1000000 --rows 10000000]`, by default these two. Ten million rows take
// some 6 GB of disk while it runs. Exits 1 above the ratio that is allowed, or where this process grows with the rows.

const RUNS = 5;
const RATIO_MAX = 2;
const HOUR_MS = 3_600_000;
const ROWS_MIN = 1000;
/** Of the addresses of one hour, half a percent look for weaknesses. */
const ONE_PROBER_IN = "200";
/** Megabytes that this process may grow by over all runs and sizes. */
const GROWTH_MAX_MB = 100;

type Measured = { ratio: number; peakMb: number };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", multiple: true },
      "one-prober-in": { type: "string", default: ONE_PROBER_IN },
    },
  });
  const oneProberIn = Number(values["one-prober-in"]);
  const sizes = (values.rows ?? ["1000000", "10000000"]).map(Number).sort((one, other) => one - other);
  if (!sizes.every((rows) => Number.isInteger(rows) && rows >= ROWS_MIN))
    throw new Error("Give a number of rows, such as --rows 1000000.");
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
  // The server may run as another account than ours, which has to reach its folder.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "postgres");
  await serverAccount(dataDir);
  const server = await startPostgres({ dataDir, password: "bench", durable: false });
  const results: Measured[] = [];
  const remove = async () => {
    await server.stop();
    // Root may have had to keep it elsewhere.
    await rm(sharedPlace(dataDir), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void remove().finally(() => process.exit(1)));
  try {
    await migrate(server.url);
    await quiet(server.url);
    for (const rows of sizes) results.push(await measure(server.url, rows, oneProberIn));
  } finally {
    await remove();
  }
  const grownMb = (results.at(-1)?.peakMb ?? 0) - (results[0]?.peakMb ?? 0);
  if (results.length > 1)
    console.log(
      `From the smallest to the largest this process grew by ${grownMb} MB (at most ${GROWTH_MAX_MB}).`,
    );
  return results.every(({ ratio }) => ratio <= RATIO_MAX) && grownMb <= GROWTH_MAX_MB ? 0 : 1;
}

async function measure(url: string, rows: number, oneProberIn: number): Promise<Measured> {
  const to = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  const window = { from: new Date(to.getTime() - HOUR_MS), to };
  const db = openDatabase(url);
  const startedAt = performance.now();
  await db.$client`truncate request_rows, traffic_rollups, suspicious_ips, detection_runs`;
  await generateRequests(db, { rows, window, oneProberIn });
  console.log(`\n${formatCount(rows)} rows in one hour, made in ${seconds(startedAt)} s.`);
  const bare: number[] = [];
  const whole: number[] = [];
  const memory = new MemoryWatch();
  for (let run = 0; run <= RUNS; run++) {
    const bareMs = await timed(() => countBare(db, window));
    const wholeMs = await timed(() => detectOnce(db, window));
    // The first round warms up, and finds everybody for the first time.
    if (run === 0) {
      memory.start();
      console.log(
        `first round        group by ${Math.round(bareMs)} ms, detection ${Math.round(wholeMs)} ms`,
      );
      continue;
    }
    bare.push(bareMs);
    whole.push(wholeMs);
  }
  const { startMb, peakMb } = memory.stop();
  const [last] = await db.$client`select examined, flagged from detection_runs order by id desc limit 1`;
  await db.$client.end();
  const ratio = median(whole) / median(bare);
  console.log(`group by ip_hash   ${list(bare)} ms, median ${Math.round(median(bare))}`);
  console.log(`one detection      ${list(whole)} ms, median ${Math.round(median(whole))}`);
  console.log(`${formatCount(last?.examined)} visitors, ${formatCount(last?.flagged)} targets flagged.`);
  console.log(`This process took ${startMb} MB before and ${peakMb} MB at most.`);
  console.log(`ratio ${ratio.toFixed(2)} (at most ${RATIO_MAX})`);
  return { ratio, peakMb };
}

/**
 * Both sides on one core and in the memory that detection takes for itself: parallel workers would measure the machine,
 * and a detection must leave the other cores to the visitors.
 */
async function quiet(url: string): Promise<void> {
  const db = openDatabase(url, { connectionsMax: 1 });
  await db.$client.unsafe("alter role current_user set max_parallel_workers_per_gather = 0");
  await db.$client.unsafe("alter role current_user set work_mem = '64MB'");
  await db.$client.end();
}

async function countBare(db: Database, { from, to }: TimeRange): Promise<void> {
  await db.$client`
    select count(*) from (
      select ip_hash, count(*) from request_rows
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

function list(values: readonly number[]): string {
  return values.map((value) => Math.round(value)).join(" ");
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}

process.exitCode = await main();
