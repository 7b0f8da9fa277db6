import { CleanUp } from "@/bench/clean-up";
import { startDatabase } from "@/bench/database";
import { generateRequests } from "@/bench/generate-requests";
import { type Figure, type Row, spreadOf, spreadText } from "@/bench/row";
import type { Database } from "@/db/client";
import { readOverview } from "@/db/overview";
import { countRequests, listRequests, type RequestQuery } from "@/db/request-logs";
import { anyRequests } from "@/db/test/any-requests";
import { foldTops } from "@/db/tops";

const [FEW, MANY] = [1_000_000, 10_000_000];
const DAYS = 30;
const ROUNDS = 20;
const RATIO_MAX = 1.5;
const MILLISECONDS_MAX = 150;
/** A page that takes less is no page that anybody waits for: its ratio says nothing. */
const NOTHING_MS = 5;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const COUNT_MAX = 10_001;
const START = { before: null, after: null };

type Site = { db: Database; now: Date; questions: Map<string, () => Promise<unknown>> };

async function run(log: (line: string) => void): Promise<Figure[]> {
  const cleanUp = new CleanUp();
  try {
    const few = await makeSite(cleanUp, FEW, log);
    const many = await makeSite(cleanUp, MANY, log);
    const figures: Figure[] = [];
    for (const [name, ask] of many.questions) {
      const [fewer, more] = await inTurns(few.questions.get(name) as typeof ask, ask);
      const [p95, ratio] = [percentile(more, 0.95), spreadOf(more).median / spreadOf(fewer).median];
      log(
        `${name}: ${spreadText(spreadOf(more), 0)} ms, p95 ${p95.toFixed(0)}, against ${spreadText(spreadOf(fewer), 0)} ms`,
      );
      const isSmall = spreadOf(more).median <= NOTHING_MS;
      figures.push({
        name,
        value: `${ratio.toFixed(2)}, p95 ${p95.toFixed(0)} ms`,
        target: `≤ ${RATIO_MAX}, ≤ ${MILLISECONDS_MAX} ms`,
        isReached: (ratio <= RATIO_MAX || isSmall) && p95 <= MILLISECONDS_MAX,
      });
    }
    return figures;
  } finally {
    await cleanUp.run();
  }
}

/** A site with so many requests in 30 days, and what its pages ask of it. */
async function makeSite(cleanUp: CleanUp, rows: number, log: (line: string) => void): Promise<Site> {
  const db = await startDatabase(cleanUp);
  const startedAt = performance.now();
  const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS / 3);
  const window = { from: new Date(now.getTime() - DAYS * DAY_MS), to: now };
  await generateRequests(db, { rows, window, oneProberIn: 200, withRefusals: true });
  while ((await foldTops(db, now, DAYS + 1)) ?? 0);
  await db.$client`vacuum analyze traffic_rollups`;
  log(`${rows} rows made in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const any = anyRequests(window);
  const { hash, network } = await someVisitor(db);
  const filters: Record<string, Partial<RequestQuery>> = {
    "all requests": {},
    "of the busiest path": { path: "=/products/1" },
    "of a path that is seldom asked for": { path: "=/products/3210" },
    "of the paths that begin so": { path: "/products/32" },
    "of the busiest country": { country: "US" },
    "of a small country": { country: "IS" },
    "of one visitor": { visitor: { hashPrefix: hash } },
    "of one network": { visitor: { network } },
    "that were blocked": { verdict: "block" },
    "that found the site broken": { status: "5xx" },
    "that sent something": { method: "POST" },
    "of paths with a part in the middle": { path: "ducts/49" },
    "of paths with a frequent part": { path: "products" },
  };
  const questions: Site["questions"] = new Map(
    (["24h", "7d", "30d"] as const).map((range) => [
      `overview of ${range}`,
      () => readOverview(db, range, now),
    ]),
  );
  for (const [name, filter] of Object.entries(filters)) {
    const query = { ...any, ...filter };
    questions.set(`first page ${name}`, () => listRequests(db, query, START));
    questions.set(`number ${name}`, () => countRequests(db, query, COUNT_MAX));
  }
  return { db, now, questions };
}

/** A visitor of the middle, with some hundred requests. */
async function someVisitor(db: Database): Promise<{ hash: string; network: string }> {
  const [row] = await db.$client<{ hash: string; network: string }[]>`
    select encode(ip_hash, 'hex') as hash, network::text from request_rows
    where hash_key(ip_hash) = hash_key(decode(md5('500'), 'hex')) and ip_hash = decode(md5('500'), 'hex') limit 1`;
  if (!row) throw new Error("The made-up traffic has no 500th visitor.");
  return row;
}

/** Milliseconds of both, asked in turns, after one round that warms up. */
async function inTurns(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++)
    for (const [at, ask] of [one, other].entries()) {
      const startedAt = performance.now();
      await ask();
      if (round > 0) times[at]?.push(performance.now() - startedAt);
    }
  return times;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

export const row: Row = {
  id: "pages",
  what: "overview and first page of requests over 10 M rows in 30 days",
  against: "the same over 1 M rows",
  run,
};
