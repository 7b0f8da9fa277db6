import { readFileSync } from "node:fs";
import { TEXT_KINDS, TEXTS_MAX, type TextKind } from "@/db/texts";
import { TOP_KEYS } from "@/db/tops-sql";
import { type Answer, type Sent, send } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { OPEN_PATH } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { eventStats, untilStored } from "@/e2e/fixtures/well";
import { readEnv } from "@/lib/env";
import { POLICIES } from "@/lib/guard/policy";
import { edgeStore, KEYS } from "@/lib/redis";

/** More invented user agents than the dictionary takes. */
const USER_AGENTS_MAX = TEXTS_MAX.userAgent;
const KEYS_MAX = Math.max(...Object.values(TOP_KEYS));
const ASKS = USER_AGENTS_MAX + 4000;
const PAGES = 600;
const LOGINS = 300;
const AT_ONCE = 32;
const STORED_MS = 120_000;
const MEBIBYTE = 1024 * 1024;
/** What a process may grow between the second and the last third of the flood. */
const GROWTH_BYTES = 32 * MEBIBYTE;
// With room to spare Node.js puts off looking for what nobody needs any more: the room is kept small.
test.use({ settings: { NODE_OPTIONS: "--max-old-space-size=160" } });

/** Numbered requests, some at once; answers how often each status came. */
async function flood(count: number, from: number, ask: (number: number) => Promise<Answer>) {
  const statuses: Record<number, number> = {};
  let next = from;
  const one = async () => {
    while (next < from + count) {
      const { status } = await ask(next++);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return statuses;
}

/** An address in a /64 of its own: under 2001:db8::/32 there are four thousand million of them. */
const visitorOf = (number: number) =>
  `2001:db8:${(number >> 12).toString(16)}:${(number & 0xfff).toString(16)}::1`;

const invented = (number: number, headers: Record<string, string> = {}): Sent => ({
  from: visitorOf(number),
  headers: {
    host: `host-${number}.example.com`,
    "user-agent": `Invented/${number}.0 (${"x".repeat(number % 200)})`,
    referer: `https://from-${number}.example.org/`,
    ...headers,
  },
});

function memoryOf(product: Product, command: RegExp): number {
  const [found] = product.processes(command);
  if (!found) throw new Error(`No process is ${command}`);
  const status = readFileSync(`/proc/${found.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

test("a flood of invented paths, hosts, agents, addresses and names fills nothing beyond its bound", async ({
  product,
}) => {
  test.setTimeout(300_000);
  test.skip(process.platform !== "linux", "needs Linux, which tells the memory of a process");
  const { url, sql } = product;
  const ask = (number: number) =>
    send(url, {
      ...invented(number, {
        "x-original-uri": `/invented/${number}?q=${number}`,
        "x-original-method": `M${number}`,
      }),
      path: "/api/verify",
    });
  const memory: number[][] = [];
  const statuses: Record<number, number>[] = [];
  for (let third = 0; third < 3; third++) {
    statuses.push(await flood(ASKS / 3, third * (ASKS / 3), ask));
    statuses.push(
      await flood(PAGES / 3, 100_000 + third * PAGES, (number) =>
        send(url, {
          ...invented(number),
          path: `/${number % 2 === 0 ? "invented" : "wp-admin"}/${number}.php`,
        }),
      ),
    );
    statuses.push(
      await flood(LOGINS / 3, 200_000 + third * LOGINS, (number) =>
        send(url, {
          ...invented(number, { host: "localhost" }),
          method: "POST",
          path: "/ip-tracking/login/",
          json: { username: `invented-${number}`, password: "x" },
        }),
      ),
    );
    await untilStored(product, STORED_MS);
    memory.push([memoryOf(product, /server\.ts/), memoryOf(product, /worker\.ts/)]);
  }
  expect((await send(url, { path: OPEN_PATH, from: "203.0.113.5" })).status).toBe(200);

  const counted = await sql<{ kind: number; count: number }[]>`
    select kind, count(*)::int as count from texts group by kind`;
  const texts = (Object.keys(TEXT_KINDS) as TextKind[]).map((kind) => ({
    kind,
    count: counted.find((row) => row.kind === TEXT_KINDS[kind])?.count ?? 0,
    max: TEXTS_MAX[kind],
  }));
  const rollups = await sql<{ dimension: string; most: number }[]>`
    select dimension, max(coalesce(cardinality(keys), 0))::int as most from traffic_rollups group by 1 order by 1`;
  const [rest] = await sql<
    { rows: number; counted: number; sessions: number; suspicious: number; audits: number }[]
  >`
    select count(*)::int as rows,
      (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted,
      (select count(*)::int from sessions) as sessions, (select count(*)::int from suspicious_ips) as suspicious,
      (select count(*)::int from audit_logs) as audits
    from request_logs`;
  const store = edgeStore(readEnv(product.settings), { timeoutMs: 5000 });
  const keys = await store.keys("*");
  const limits = keys.filter((key) => key.startsWith(KEYS.rateLimit));
  const ends = await Promise.all(limits.slice(0, 200).map((key) => store.pttl(key)));
  const windowMs = 1000 * Math.max(...Object.values(POLICIES).map(({ windowSeconds }) => windowSeconds));
  const { droppedEvents } = await eventStats(product);
  const total = ASKS + PAGES + LOGINS;
  const inMebibytes = memory.map((pair) => pair.map((bytes) => Math.round(bytes / MEBIBYTE)).join(" and "));
  console.log(
    [
      `${total} requests of ${total} /64 networks: ${JSON.stringify(statuses.at(0))} asked, ${JSON.stringify(statuses.at(1))} pages, ${JSON.stringify(statuses.at(2))} names (of each third)`,
      `${rest?.rows} rows, ${rest?.counted} counted, ${droppedEvents} dropped`,
      `texts that are kept once: ${texts.map(({ kind, count, max }) => `${kind} ${count} of ${max}`).join(", ")}; keys of an hour ${rollups.map(({ dimension, most }) => `${dimension} ${most}`).join(", ")} of ${KEYS_MAX}`,
      `sessions ${rest?.sessions}, suspicious ${rest?.suspicious}, audit rows ${rest?.audits}`,
      `Redis: ${keys.length} keys, ${limits.length} of them counters that end in ${Math.max(...ends)} ms at the most`,
      `memory of server and worker after each third: ${inMebibytes.join("; ")} MiB`,
    ]
      .map((line) => `     ${line}`)
      .join("\n"),
  );
  for (const { kind, count, max } of texts) expect(count, kind).toBeLessThanOrEqual(max);
  for (const { most } of rollups) expect(most).toBeLessThanOrEqual(KEYS_MAX);
  expect(rest?.counted).toBe(rest?.rows);
  expect((rest?.rows ?? 0) + droppedEvents).toBeGreaterThanOrEqual(total);
  expect(rest?.sessions).toBe(0);
  expect(rest?.audits).toBeLessThan(10);
  // Each counter ends by itself: two windows after its last request, so there are only those of two minutes.
  expect(Math.min(...ends)).toBeGreaterThan(0);
  expect(Math.max(...ends)).toBeLessThanOrEqual(2 * windowMs + 1000);
  expect(keys.length - limits.length).toBeLessThan(20);
  const [, second = [], last = []] = memory;
  for (const [at, bytes] of last.entries()) expect(bytes - (second[at] ?? 0)).toBeLessThan(GROWTH_BYTES);
});
