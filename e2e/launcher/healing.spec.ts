import { expect, test } from "@playwright/test";
import { send } from "@/e2e/fixtures/http";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { hasRedis } from "@/services/test/stores";

const HEALED_MS = 20_000;

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ mode: "node-door" });
});
test.afterAll(() => product?.stop());

/** Everything works: a request is served, and on record within the time. */
async function untilHealed(): Promise<number> {
  const startedAt = Date.now();
  for (;;) {
    const answer = await send(product.url, { path: OPEN_PATH, from: "203.0.113.20" }).catch(() => null);
    const row = answer?.status === 200 && (await product.recorded(answer.id, 2500).catch(() => null));
    if (row) return Date.now() - startedAt;
    if (Date.now() - startedAt > HEALED_MS)
      throw new Error(`Not healed in ${HEALED_MS} ms:\n${product.logs()}`);
    await pause(100);
  }
}

const PARTS = [
  { name: "the server", command: /server\.ts/ },
  { name: "the scheduler", command: /worker\.ts/ },
  { name: "the endpoint of the edge store", command: /upstash-child\.ts/ },
  { name: "redis-server", command: /redis-server|valkey-server/ },
  { name: "PostgreSQL", command: /bin\/postgres .*-D/ },
] as const;

for (const { name, command } of PARTS) {
  test(`after kill -9 of ${name} everything works again, by itself`, async () => {
    test.skip(name === "redis-server" && !hasRedis, "needs redis-server or valkey-server on the PATH");
    const victims = product.processes(command);
    expect(victims.map((victim) => victim.command)).toHaveLength(1);
    process.kill(victims[0]?.pid as number, "SIGKILL");
    await pause(300);
    console.log(`     ${name}: works again after ${await untilHealed()} ms`);
    const [next] = product.processes(command);
    expect(next?.pid).not.toBe(victims[0]?.pid);
  });
}
