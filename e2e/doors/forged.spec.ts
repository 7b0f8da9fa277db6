import { connect } from "node:net";
import { FORGED, WAYS } from "@/e2e/fixtures/forged-headers";
import { headerOf, statusOf } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { command, IN_FORCE_MS, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { startSecondDoor } from "@/e2e/fixtures/second-door";
import { expect, test } from "@/e2e/fixtures/test";
import { inParallel } from "@/e2e/fixtures/walk";

/** A door as a visitor meets it: its trust, and the line that the proxy in front adds, which alone says who he is. */
type Setting = {
  name: string;
  settings: Record<string, string>;
  proxyLine: (address: string) => string;
  /** Headers that the platform in front overwrites, so that no visitor can send them. */
  overwritten?: string[];
  path?: string;
};

const byForwardedFor = (address: string) => `X-Forwarded-For: ${address}`;
const byForwarded = (address: string) => `Forwarded: for=${address};proto=https`;
const byNobody = () => "X-Nothing: 1";
const platform = (name: string, trusted: string) => ({ TRUSTED_PLATFORM: name, TRUSTED_PROXIES: trusted });

const SETTINGS: Record<Product["mode"], Setting[]> = {
  "node-door": [
    { name: "loopback and private trusted", settings: {}, proxyLine: byForwardedFor },
    { name: "the asking server", settings: {}, proxyLine: byForwardedFor, path: "/api/verify" },
    { name: "nobody trusted", settings: { TRUSTED_PROXIES: "none" }, proxyLine: byNobody },
    { name: "one hop", settings: { TRUSTED_PROXIES: "1" }, proxyLine: byForwardedFor },
    { name: "another range", settings: { TRUSTED_PROXIES: "192.0.2.0/24" }, proxyLine: byNobody },
    { name: "RFC 7239", settings: { FORWARDED_HEADER: "forwarded" }, proxyLine: byForwarded },
    { name: "Vercel, but not from there", settings: platform("vercel", "none"), proxyLine: byNobody },
    { name: "Cloudflare, but not from there", settings: platform("cloudflare", "none"), proxyLine: byNobody },
  ],
  "edge-door": [
    { name: "loopback and private trusted", settings: {}, proxyLine: byForwardedFor },
    { name: "nobody trusted", settings: { TRUSTED_PROXIES: "none" }, proxyLine: byNobody },
    { name: "one hop", settings: { TRUSTED_PROXIES: "1" }, proxyLine: byForwardedFor },
    { name: "RFC 7239", settings: { FORWARDED_HEADER: "forwarded" }, proxyLine: byForwarded },
    {
      name: "Vercel",
      settings: platform("vercel", "private"),
      proxyLine: (address) => `x-vercel-forwarded-for: ${address}`,
      overwritten: ["x-vercel-forwarded-for", "x-vercel-proxied-for"],
    },
  ],
};

type Cell = { header: string; way: string; lines: string[] };
type Row = { id: string; verdict: string; network: string; ip_hash: string; door: string; late: boolean };

const cells = (overwritten: readonly string[] = []): Cell[] =>
  FORGED.filter(([name]) => !overwritten.includes(name)).flatMap(([header, value]) =>
    Object.entries(WAYS).map(([way, write]) => ({ header, way, lines: write(header, value) })),
  );

/** Sends the head of a request as it is, bytes beyond ASCII among it, and reads all of the answer. */
function sendHead(url: string, path: string, lines: readonly string[]): Promise<string> {
  const head = [`GET ${path} HTTP/1.1`, "Host: gate.example", ...lines, "Connection: close", "", ""].join(
    "\r\n",
  );
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let received = "";
    socket.setEncoding("latin1").setTimeout(20_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk: string) => {
      received += chunk;
    });
    // Who breaks the protocol may see the connection break as well.
    socket.once("error", (error) => (received ? resolve(received) : reject(error)));
    socket.once("close", () => resolve(received));
    socket.write(Buffer.from(head, "latin1"));
  });
}

async function untilRefused(url: string, setting: Setting, address: string): Promise<string> {
  for (const until = Date.now() + 3 * IN_FORCE_MS; ; await pause(50)) {
    const received = await sendHead(url, setting.path ?? OPEN_PATH, [setting.proxyLine(address)]);
    if (statusOf(received) === 403) return headerOf(received, "x-request-id") ?? "";
    if (Date.now() > until) throw new Error(`${setting.name}: still answered ${statusOf(received)}`);
  }
}

test("no forged header, however written, chooses an address, gets a blocked visitor in or hides a request", async ({
  product,
  blockedAddress,
}) => {
  test.setTimeout(180_000);
  // Where nobody is believed, every visitor of these tests is this machine itself.
  await command(product, "block", "127.0.0.1", "--force", "--reason", "a test");
  const faults: string[] = [];
  let count = 0;
  let refusedByParser = 0;

  const tryAll = async (setting: Setting) => {
    const isOwn = Object.keys(setting.settings).length === 0;
    const door = isOwn ? null : await startSecondDoor(product, setting.settings);
    const url = door?.url ?? product.url;
    const sent = new Map<string, Cell>();
    try {
      const plain = await product.recorded(await untilRefused(url, setting, blockedAddress), 10_000);
      await inParallel(cells(setting.overwritten), async (cell) => {
        count++;
        // What the proxy adds comes last, as everywhere.
        const received = await sendHead(url, setting.path ?? OPEN_PATH, [
          ...cell.lines,
          setting.proxyLine(blockedAddress),
        ]);
        const status = statusOf(received);
        const id = headerOf(received, "x-request-id");
        // Not HTTP, or too long a head: nothing is served, and nobody's request.
        if (!id && [400, 431].includes(status)) refusedByParser++;
        else if (status !== 403 || !id) faults.push(`${setting.name}, ${cell.header} ${cell.way}: ${status}`);
        else sent.set(id, cell);
      });
      const wrong = await wrongRows(product, sent, plain);
      faults.push(...wrong.map((text) => `${setting.name}, ${text}`));
    } finally {
      await door?.stop();
    }
  };

  try {
    await inParallel(SETTINGS[product.mode], tryAll, 2);
  } finally {
    await command(product, "unblock", "127.0.0.1");
  }
  const size = `${FORGED.length} headers × ${Object.keys(WAYS).length} ways × ${SETTINGS[product.mode].length} settings`;
  console.log(`     ${product.mode}: ${size}, ${count} requests, ${refusedByParser} of them no HTTP`);
  expect(faults).toEqual([]);
});

/** What is wrong with the record of these requests: missing, of another visitor, verdict or time. */
async function wrongRows(
  product: Product,
  sent: ReadonlyMap<string, Cell>,
  plain: { network: string; ip_hash: string; door: string },
): Promise<string[]> {
  const ids = [...sent.keys()];
  const read = () => product.sql<Row[]>`
    select id, verdict, network::text as network, encode(ip_hash, 'hex') as ip_hash, door,
      abs(extract(epoch from occurred_at - now())) > 120 as late
    from request_logs where id = any(${ids}::uuid[])`;
  let rows = await read();
  for (
    const until = Date.now() + 15_000;
    rows.length < ids.length && Date.now() < until;
    rows = await read()
  ) {
    await pause(200);
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    const { header, way } = sent.get(id) as Cell;
    const isRight =
      row?.verdict === "block" &&
      row.network === plain.network &&
      row.ip_hash === plain.ip_hash &&
      row.door === plain.door &&
      !row.late;
    return isRight ? [] : [`${header} ${way}: ${row ? JSON.stringify(row) : "not recorded"}`];
  });
}
