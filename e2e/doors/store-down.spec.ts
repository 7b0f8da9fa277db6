import type { Answer } from "@/e2e/fixtures/http";
import { send } from "@/e2e/fixtures/http";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { block, OPEN_PATH, pause, untilStatus } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { hasRedis } from "@/services/test/stores";

/** What a visitor waits at the most because of the edge store. */
const WAIT_MS = 500;
const OUTAGE_MS = 6000;
const RECOVERY_MS = 15_000;

const LOGIN = "/ip-tracking/login/";
const GEO = "/ip-tracking/test-geo/";

/** The local endpoint of the edge store. */
function endpointOf(product: Product): number {
  const [found] = product.processes(/upstash-child/);
  if (!found) throw new Error("The endpoint does not run");
  return found.pid;
}

/** The time within which a visitor is served whatever the edge store does, on a machine that is as busy as this one. */
async function servedMs(product: Product, from: string): Promise<number> {
  const times: number[] = [];
  for (let request = 0; request < 20; request++) {
    times.push((await send(product.url, { path: OPEN_PATH, from })).milliseconds);
  }
  return WAIT_MS + Math.max(100, 2 * Math.max(...times));
}

async function eventually(what: string, ask: () => Promise<boolean>): Promise<number> {
  const startedAt = Date.now();
  while (!(await ask())) {
    if (Date.now() - startedAt > RECOVERY_MS) throw new Error(`${what} has not come in ${RECOVERY_MS} ms`);
    await pause(100);
  }
  return Date.now() - startedAt;
}

for (const store of ["redis-server", "memory"] as const) {
  test.describe(`edge store: ${store}`, () => {
    const note =
      store === "redis-server" && !hasRedis ? "needs redis-server or valkey-server on the PATH" : "";
    test.skip(note !== "", note);

    let product: Product;
    test.beforeAll(async ({ mode }) => {
      product = await startProduct({ mode, env: store === "memory" ? { GATEHOUSE_STORE: "memory" } : {} });
    });
    test.afterAll(() => product?.stop());

    const login = (from: string): Promise<Answer> =>
      send(product.url, { method: "POST", path: LOGIN, from, json: product.admin });

    test(`while the store hangs, visitors are served and rules hold, sign-in is closed, and it heals (${store})`, async ({
      address,
      addresses,
    }) => {
      const blocked = addresses.ipv4();
      await block(product, blocked);
      const limitMs = await servedMs(product, address);
      const endpoint = endpointOf(product);
      process.kill(endpoint, "SIGSTOP");
      const served: Answer[] = [];
      try {
        const until = Date.now() + OUTAGE_MS;
        while (Date.now() < until) {
          served.push(await send(product.url, { path: OPEN_PATH, from: address }));
          expect((await send(product.url, { path: OPEN_PATH, from: blocked })).status).toBe(403);
          await pause(100);
        }
        const signIn = await login(addresses.ipv4());
        expect(signIn.status).toBe(503);
        expect(signIn.headers["set-cookie"]).toBeUndefined();
        expect(Number(signIn.headers["retry-after"])).toBeGreaterThan(0);
        for (let request = 0; request < 8; request++) {
          expect((await send(product.url, { path: GEO, from: address })).status).toBe(200);
        }
      } finally {
        process.kill(endpoint, "SIGCONT");
      }
      const slowest = Math.max(...served.map(({ milliseconds }) => milliseconds));
      console.log(
        `     ${product.mode}, ${store}: ${served.length} visitors served, the slowest in ${slowest} ms`,
      );
      expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
      expect(slowest).toBeLessThan(limitMs);

      const openAgainMs = await eventually(
        "A sign-in",
        async () => (await login(addresses.ipv6())).status === 200,
      );
      console.log(`     ${product.mode}, ${store}: sign-in open ${openAgainMs} ms after the store`);
      await Promise.all(served.map(({ id }) => product.recorded(id, RECOVERY_MS)));
      const other = addresses.ipv4();
      await block(product, other);
      expect((await send(product.url, { path: OPEN_PATH, from: blocked })).status).toBe(403);
    });

    test(`an endpoint that is killed is started again, and no rule is lifted meanwhile (${store})`, async ({
      addresses,
    }) => {
      const blocked = addresses.ipv4();
      await block(product, blocked);
      const limitMs = await servedMs(product, addresses.ipv4());
      process.kill(endpointOf(product), "SIGKILL");
      const killedAt = Date.now();
      while (Date.now() - killedAt < OUTAGE_MS) {
        const answer = await send(product.url, { path: OPEN_PATH, from: blocked });
        expect(answer.status).toBe(403);
        expect(answer.milliseconds).toBeLessThan(limitMs);
        await pause(100);
      }
      await eventually("A sign-in", async () => (await login(addresses.ipv6())).status === 200);
      const { id } = await send(product.url, { path: OPEN_PATH, from: addresses.ipv4() });
      await product.recorded(id, 5000);
      const other = addresses.ipv4();
      await block(product, other);
      await untilStatus(product, other, 403);
    });
  });
}
