import { FaultyProxy } from "@/e2e/fixtures/faulty-proxy";
import { send } from "@/e2e/fixtures/http";
import { type Answered, Load } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { command, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, signIn, test } from "@/e2e/fixtures/test";
import { eventStats, rowsOf, untilStored } from "@/e2e/fixtures/well";
import { hasRedis } from "@/services/test/stores";
import { testUpstash } from "@/services/test/upstash";

/** The smallest bound that may be set. */
const BUFFER_MAX = 1000;
const PER_SECOND = 100;
/** Requests until it is full for certain. */
const FILLING = 1400;
const HUNG_MS = 5000;
const STORED_MS = 60_000;

let upstash: Awaited<ReturnType<typeof testUpstash>>;
let proxy: FaultyProxy;
let product: Product;
test.beforeAll(async () => {
  upstash = await testUpstash({ store: hasRedis ? "redis-server" : "memory" });
  proxy = await FaultyProxy.open({ to: Number(new URL(upstash.url).port) });
  const env = {
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${proxy.port}`,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    EVENT_FLUSH_MS: "1000",
    EVENT_BUFFER_MAX: String(BUFFER_MAX),
  };
  product = await startProduct({ mode: "node-door", env });
});
test.afterAll(async () => {
  for (const { pid } of product?.processes(/worker\.ts/) ?? []) process.kill(pid, "SIGCONT");
  await product?.stop();
  await proxy?.close();
  await upstash?.stop();
});

/** Fills the edge store while nobody drains it, and a little more; `meanwhile` goes on beside it once it is full. */
async function overfill(meanwhile: () => Promise<void>) {
  const [worker] = product.processes(/worker\.ts/);
  const before = await eventStats(product);
  process.kill(worker?.pid as number, "SIGSTOP");
  const next = (number: number) => ({ path: OPEN_PATH, from: `203.0.113.${(number % 200) + 1}` });
  const load = new Load({ url: product.url, perSecond: PER_SECOND, next });
  while (load.sent < FILLING) await pause(100);
  await meanwhile();
  const answered = await load.stop();
  // Until the door has sent, or tried to send, what it gathered.
  let full = await eventStats(product);
  for (let calm = 0; calm < 4; ) {
    await pause(1000);
    const stats = await eventStats(product);
    calm =
      stats.droppedEvents === full.droppedEvents && stats.waitingEvents === full.waitingEvents ? calm + 1 : 0;
    full = stats;
  }
  return { before, answered, full, drain: () => process.kill(worker?.pid as number, "SIGCONT") };
}

async function missingOf(answered: readonly Answered[]): Promise<number> {
  await untilStored(product, STORED_MS);
  const rows = await rowsOf(product, answered);
  expect([...rows.values()].filter((copies) => copies !== 1)).toEqual([]);
  return answered.filter(({ id }) => id !== "" && !rows.has(id)).length;
}

test("events wait within their bound while nobody drains them; each one beyond is counted, and shown", async () => {
  const cookie = await signIn(product, "2001:db8:1::1");
  const { answered, full, drain } = await overfill(async () => {});
  const said = await command(product, "status");
  const page = await send(product.url, { path: "/jobs", headers: { cookie }, from: "2001:db8:1::1" });
  drain();
  const missing = await missingOf(answered);
  const { droppedEvents } = await eventStats(product);
  console.log(
    `     ${answered.length} answered, ${full.waitingEvents} waited of ${BUFFER_MAX} that may; ` +
      `${missing} missing, ${droppedEvents} counted as dropped`,
  );
  expect(full.waitingEvents).toBeLessThanOrEqual(BUFFER_MAX);
  expect(missing).toBeGreaterThan(0);
  expect(droppedEvents).toBe(missing);
  expect(said.replaceAll(",", "")).toContain(`${full.droppedEvents} dropped so far`);
  expect(page.text).toMatch(/not recorded so far/);
});

test("a full store that hangs besides: nothing is lost that is not counted, and no row comes twice", async () => {
  const { before, answered, drain } = await overfill(async () => {
    await proxy.become("hanging");
    await pause(HUNG_MS);
    await proxy.become("passing");
  });
  drain();
  const missing = await missingOf(answered);
  const dropped = (await eventStats(product)).droppedEvents - before.droppedEvents;
  console.log(`     ${answered.length} answered, ${missing} missing, ${dropped} counted as dropped`);
  expect(dropped).toBeGreaterThanOrEqual(missing);
  expect(missing).toBeGreaterThan(0);
});
