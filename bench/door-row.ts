import { alternate } from "@/bench/alternate";
import { buildEmpty, ensureBuilt, removeEmpty, startBare } from "@/bench/bare-site";
import { CleanUp } from "@/bench/clean-up";
import { load } from "@/bench/load";
import { ProcessorWatch } from "@/bench/processor-time";
import { recordedRequests, settle } from "@/bench/recorded";
import { type Figure, spreadText } from "@/bench/row";
import { type Mode, type Product, startProduct } from "@/e2e/fixtures/product";

/** A file of the site, the least that Next.js has to do for an answer: here a door weighs most. And a page. */
const PATHS = ["/icon.svg", "/sign-in"];
const ROUNDS = 7;
const ROUND_SECONDS = 5;
const WARM_UP_SECONDS = 8;
const CONNECTIONS = 20;
const RATE_MIN = 0.9;

// As browsers send it: what a door copies of each request is as long as in earnest.
const HEADERS = {
  accept: "image/avif,image/webp,image/svg+xml,*/*;q=0.8",
  "accept-language": "en-GB,en;q=0.9",
  referer: "http://localhost:3000/sign-in",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
};

/** Measures allowed requests through a door that records them, against plain `next start` with an empty middleware. */
export async function measureDoor(
  mode: Mode,
  options: { p99Max: number | null; log: (line: string) => void },
): Promise<Figure[]> {
  const { p99Max, log } = options;
  const cleanUp = new CleanUp();
  try {
    await ensureBuilt(log);
    const folder = await cleanUp.add(buildEmpty(log), removeEmpty);
    const product = await cleanUp.add(startProduct({ mode, env: { EVENT_FLUSH_MS: "250" } }), (it) =>
      it.stop(),
    );
    const bare = await cleanUp.add(startBare(folder, product.settings), (it) => it.stop());
    const figures: Figure[] = [];
    for (const path of PATHS) {
      log(path);
      figures.push(
        ...(await measurePath(path, {
          mode,
          product,
          bareUrl: bare.url,
          barePid: bare.program.child.pid ?? 0,
          p99Max,
          log,
        })),
      );
    }
    return figures;
  } finally {
    await cleanUp.run();
  }
}

type Measuring = {
  mode: Mode;
  product: Product;
  bareUrl: string;
  barePid: number;
  p99Max: number | null;
  log: (line: string) => void;
};

async function measurePath(path: string, measuring: Measuring): Promise<Figure[]> {
  const { mode, product, bareUrl, barePid, p99Max, log } = measuring;
  const ask = (url: string, seconds: number) =>
    load(url + path, { seconds, connections: CONNECTIONS, status: 200, headers: HEADERS });
  const isServer = mode === "edge-door" ? /^next-server/ : /\bserver\.ts$/;
  const ourTime = new ProcessorWatch(() => product.processes(isServer).map(({ pid }) => pid));
  const allTime = new ProcessorWatch(() => product.processes().map(({ pid }) => pid));
  const otherTime = new ProcessorWatch(() => [barePid]);
  const warm = [await ask(product.url, WARM_UP_SECONDS), await ask(bareUrl, WARM_UP_SECONDS)];
  await settle(product);
  const rounds = await alternate({
    rounds: ROUNDS,
    ours: () =>
      allTime.around(async () => {
        const done = await ourTime.around(() => ask(product.url, ROUND_SECONDS));
        // What a request costs has ended when it stands in the database.
        await settle(product);
        return done;
      }),
    other: () => otherTime.around(() => ask(bareUrl, ROUND_SECONDS)),
    log,
  });
  const dropped = await settle(product);
  const door = mode === "edge-door" ? "edge" : "node";
  const recorded = await recordedRequests(product, { path, door, verdict: "allow" });
  const sent = rounds.requests + (warm[0]?.requests ?? 0);
  return [
    {
      name: `${path}, its requests/s`,
      value: spreadText(rounds.rate),
      target: `≥ ${RATE_MIN.toFixed(2)}`,
      isReached: rounds.rate.median >= RATE_MIN,
    },
    {
      name: `${path}, its p99`,
      value: `${spreadText(rounds.p99)}×`,
      target: p99Max === null ? null : `≤ ${p99Max}×`,
      isReached: p99Max === null || rounds.p99.median <= p99Max,
    },
    fact(
      `${path}, requests/s, p99`,
      `${spreadText(rounds.ours.requestsPerSecond, 0)}, ${rounds.ours.p99.median} ms against ` +
        `${spreadText(rounds.other.requestsPerSecond, 0)}, ${rounds.other.p99.median} ms`,
    ),
    fact(`${path}, processor time a request`, timeText(ourTime, allTime, otherTime)),
    {
      name: `${path}, recorded of those answered`,
      value: `${recorded} of ${sent}, ${dropped} dropped`,
      target: "all",
      isReached: recorded >= sent,
    },
  ];
}

function timeText(ours: ProcessorWatch, all: ProcessorWatch, other: ProcessorWatch): string {
  const [server, whole, bare] = [ours, all, other].map(({ microsecondsEach }) => microsecondsEach);
  if (!server || !whole || !bare) return "this system does not tell";
  const text = (microseconds: number) => `${Math.round(microseconds)} µs`;
  return (
    `server ${text(server)} against ${text(bare)} (${(server / bare).toFixed(2)}×), ` +
    `${text(whole)} with store, drain and database`
  );
}

export function fact(name: string, value: string): Figure {
  return { name, value, target: null, isReached: true };
}
