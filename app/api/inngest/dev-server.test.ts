import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listRuns } from "@/db/detection-runs";
import { serveRoute } from "@/services/test/serve-route";
import { type TestSite, testSite } from "@/services/test/site";

// Inngest's own dev server, where there is one: it is a download of its own and no part of this project.

const PATH = "/api/inngest";
const CLI = process.env.INNGEST_CLI || "inngest";
const hasCli = spawnSync(CLI, ["version"], { stdio: "ignore", timeout: 30_000 }).status === 0;
const why = hasCli ? "" : " (needs an inngest binary, on the PATH or named by INNGEST_CLI)";
const START_MS = 60_000;

let site: TestSite;
let app: Awaited<ReturnType<typeof serveRoute>>;
let devServer: ChildProcess;
let api: string;
const printed: string[] = [];

beforeAll(async () => {
  if (!hasCli) return;
  const port = await freePort();
  api = `http://127.0.0.1:${port}`;
  site = await testSite({ INNGEST_DEV: api, INNGEST_SIGNING_KEY: "", INNGEST_EVENT_KEY: "" });
  app = await serveRoute(await import("@/app/api/inngest/route"), PATH, site.secret);
  const args = ["dev", "-u", app.url, "--no-discovery", "--host", "127.0.0.1", "--port", String(port)];
  devServer = spawn(CLI, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DO_NOT_TRACK: "1" },
  });
  for (const stream of [devServer.stdout, devServer.stderr])
    stream?.on("data", (text) => printed.push(`${text}`));
}, START_MS);
afterAll(async () => {
  if (!hasCli) return;
  const ended = new Promise((resolve) => devServer.once("close", resolve));
  devServer.kill("SIGTERM");
  const patience = setTimeout(() => devServer.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(patience);
  await Promise.all([app.stop(), site.stop()]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** Asks again until the answer is right: the dev server takes its time to start, to sync and to run. */
async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const patience = performance.now() + START_MS;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return answer;
    if (performance.now() > patience)
      throw new Error(`${what} within a minute. It printed:\n${printed.join("")}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test.skipIf(!hasCli)(
  `Inngest's dev server learns of the jobs, and detects when an event asks for it${why}`,
  async () => {
    await until("No start", async () => (await fetch(api)) && true);
    await until("No sync", async () => {
      const answer = await fetch(app.url, { method: "PUT" });
      return answer.ok ? true : null;
    });
    const eventId = await until("No event was taken", async () => {
      const event = {
        name: "gatehouse/detection.requested",
        data: { window: "24h", actor: "the dev server" },
      };
      const answer = await fetch(`${api}/e/a-key`, { method: "POST", body: JSON.stringify(event) });
      const { ids } = (await answer.json()) as { ids: string[] };
      return ids[0] ?? null;
    });
    const run = await until("No run has ended", async () => {
      const answer = await fetch(`${api}/v1/events/${eventId}/runs`);
      const { data } = (await answer.json()) as { data: { status: string; output: unknown }[] };
      return data.find(({ status }) => /^(completed|failed|cancelled)$/i.test(status)) ?? null;
    });
    expect(run.status).toMatch(/^completed$/i);
    expect(run.output).toMatchObject({ examined: 0, flagged: 0 });
    expect((await listRuns(site.db))[0]).toMatchObject({
      trigger: "api",
      actor: "the dev server",
      error: null,
    });
  },
  3 * START_MS,
);
