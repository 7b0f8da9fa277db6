import { alternate } from "@/bench/alternate";
import { ensureBuilt } from "@/bench/bare-site";
import { CleanUp } from "@/bench/clean-up";
import { fact } from "@/bench/door-row";
import { load } from "@/bench/load";
import { ProcessorWatch } from "@/bench/processor-time";
import { recordedRequests, settle } from "@/bench/recorded";
import { type Row, spreadText } from "@/bench/row";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { startFile } from "@/e2e/fixtures/program";
import { FORWARDED_HEADERS } from "@/lib/client-ip";

const VISITOR = "203.0.113.66";
const PATH = "/requests";
const ROUNDS = 5;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 20;
const RATE_MIN = 0.5;
const HEADERS = { "user-agent": "python-requests/2.32", [FORWARDED_HEADERS[0]]: VISITOR };
/** Headers that Node.js writes by itself. */
const OWN = ["connection", "keep-alive", "date", "transfer-encoding"];

export const row: Row = {
  id: "refused",
  what: "a refused visitor at the Node door, recorded",
  against: "a bare `node:http` server that answers 403 with the same bytes",
  run: async (log) => {
    const cleanUp = new CleanUp();
    try {
      await ensureBuilt(log);
      const product = await cleanUp.add(startProduct({ mode: "node-door" }), (it) => it.stop());
      const url = product.url + PATH;
      await block(product, url);
      const bare = await cleanUp.add(startBareRefusal(url), (it) => it.stop());
      const ask = (address: string, seconds: number) =>
        load(address, { seconds, connections: CONNECTIONS, status: 403, headers: HEADERS });
      const warm = await ask(url, WARM_UP_SECONDS);
      await ask(bare.url, WARM_UP_SECONDS);
      await settle(product);
      const serverTime = new ProcessorWatch(() => product.processes(/\bserver\.ts$/).map(({ pid }) => pid));
      const bareTime = new ProcessorWatch(() => [bare.pid]);
      const rounds = await alternate({
        rounds: ROUNDS,
        ours: async () => {
          const done = await serverTime.around(() => ask(url, ROUND_SECONDS));
          await settle(product);
          return done;
        },
        other: () => bareTime.around(() => ask(bare.url, ROUND_SECONDS)),
        log,
      });
      const dropped = await settle(product);
      const recorded = await recordedRequests(product, { path: PATH, door: "node", verdict: "block" });
      const { ours, other, rate } = rounds;
      const sent = rounds.requests + warm.requests;
      return [
        {
          name: "its requests/s",
          value: spreadText(rate),
          target: `≥ ${RATE_MIN.toFixed(2)}`,
          isReached: rate.median >= RATE_MIN,
        },
        fact(
          "requests/s, p99",
          `${spreadText(ours.requestsPerSecond, 0)}, ${ours.p99.median} ms against ` +
            `${spreadText(other.requestsPerSecond, 0)}, ${other.p99.median} ms`,
        ),
        fact(
          "processor time of the server a request",
          `${microseconds(serverTime)} against ${microseconds(bareTime)}`,
        ),
        {
          name: "recorded or counted as dropped, of those refused",
          value: `${recorded} and ${dropped} of ${sent}`,
          target: "all",
          isReached: recorded + dropped >= sent,
        },
      ];
    } finally {
      await cleanUp.run();
    }
  },
};

function microseconds({ microsecondsEach }: ProcessorWatch): string {
  return microsecondsEach === null ? "unknown" : `${Math.round(microsecondsEach)} µs`;
}

async function block(product: Product, url: string): Promise<void> {
  const { code, output } = await product.cli(["block", VISITOR, "--reason", "bench"]);
  if (code !== 0) throw new Error(`The visitor could not be blocked:\n${output}`);
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await fetch(url, { headers: HEADERS })).status === 403) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The visitor is not refused within 10 s.");
}

/** A server that says the same, byte for byte but for the reference, and does nothing else. */
async function startBareRefusal(
  url: string,
): Promise<{ url: string; pid: number; stop(): Promise<unknown> }> {
  const answer = await fetch(url, { headers: HEADERS });
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !OWN.includes(name)));
  const given = JSON.stringify({ headers, body: await answer.text() });
  const program = startFile("bench/bare-refusal.ts", [given], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const [, port] = await program.waitFor(/listening on (\d+)/, 20_000);
  const stop = () => {
    program.child.kill("SIGTERM");
    return program.ended;
  };
  return { url: `http://127.0.0.1:${port}/`, pid: program.child.pid ?? 0, stop };
}
