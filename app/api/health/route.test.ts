import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { GET } from "@/app/api/health/route";
import { createUser } from "@/db/users";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());
// An answer is good for five seconds.
beforeEach(() => vi.setSystemTime(Date.now() + 5000));

const ask = (cookie = "") => GET(site.visit("/api/health", { headers: { cookie }, mark: null }));
async function signedIn(): Promise<string> {
  const user = await createUser(
    site.db,
    { username: "ada", password: "a winter's tale", role: "viewer" },
    "root",
  );
  return site.signedIn(user);
}
const cookie = await signedIn();

test("all is well, and a stranger learns no more", async () => {
  const response = await ask();
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok" });
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("a signed-in user sees the parts", async () => {
  const part = { ok: true, milliseconds: expect.any(Number) };
  expect(await (await ask(cookie)).json()).toEqual({
    status: "ok",
    parts: { postgres: part, edge_store: part },
  });
});

test("many who ask at once cost one look", async () => {
  const execute = vi.spyOn(site.db, "execute");
  await Promise.all(Array.from({ length: 20 }, () => ask()));
  await ask();
  expect(execute).toHaveBeenCalledTimes(1);
  execute.mockRestore();
});

test("a database that hangs is 503 after a second", async () => {
  const execute = vi.spyOn(site.db, "execute").mockReturnValue(new Promise(() => {}) as never);
  const from = performance.now();
  const response = await ask(cookie);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "unavailable" });
  expect(performance.now() - from).toBeLessThan(1500);
  execute.mockRestore();
});

test("an edge store that does not answer is 503, and the signed-in user sees that it is that one", async () => {
  await site.stopStore();
  const stranger = await ask();
  expect(stranger.status).toBe(503);
  expect(await stranger.json()).toEqual({ status: "unavailable" });
  expect(await (await ask(cookie)).json()).toMatchObject({
    parts: { postgres: { ok: true }, edge_store: { ok: false } },
  });
});
