import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { send } from "@/e2e/fixtures/http";
import { end, Launched } from "@/e2e/fixtures/launched";
import { Load } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { startFile } from "@/e2e/fixtures/program";
import { command, OPEN_PATH, pause, untilStatus } from "@/e2e/fixtures/rules";
import { expect, signIn, test } from "@/e2e/fixtures/test";
import { untilStored } from "@/e2e/fixtures/well";
import { readRuntime } from "@/services/runtime";
import { waitForNone } from "@/services/test/processes-on";

const GONE_MS = 5000;
const BLOCKED = "198.51.100.9";

let folder: string;
let product: Product;
let place: Launched;
test.beforeAll(async () => {
  folder = await makeFolder();
  place = await Launched.prepare();
  product = await startProduct({ mode: "node-door" });
});
test.afterAll(async () => {
  await product?.stop();
  await place?.remove();
  if (folder) await removeFolder(folder);
});

/** Runs a command in the new place, where nothing runs. */
async function inPlace(...args: string[]): Promise<{ code: number | null; output: string }> {
  const program = startFile("cli/gatehouse.ts", args, { env: place.env() });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

test("a backup under load, restored into an empty place: all rows are there, the block holds, the password is the same", async () => {
  await command(product, "block", BLOCKED, "--reason", "before the backup");
  await untilStatus(product, BLOCKED, 403);
  const next = (number: number) => ({
    path: `/page-${number % 50}`,
    from: `203.0.113.${(number % 200) + 1}`,
  });
  const load = new Load({ url: product.url, perSecond: 30, next });
  await pause(4000);
  const counts = async () => {
    const [row] = await product.sql<{ count: number }[]>`select count(*)::int as count from request_logs`;
    return row?.count as number;
  };
  const atLeast = await counts();
  const file = path.join(folder, "gatehouse.backup");
  const said = await command(product, "backup", file);
  const answered = await load.stop();
  await untilStored(product, 20_000);
  const atMost = await counts();
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(["gatehouse.backup"]);
  expect(said).toMatch(/Keep it to yourself/);

  const running = await product.cli(["restore", file]);
  expect(running.code).toBe(1);
  expect(running.output).toMatch(/Another Gatehouse \(process \d+, .*\) is running on/);
  const restored = await inPlace("restore", file);
  expect(restored.code, restored.output).toBe(0);
  expect(await waitForNone(place.folder, GONE_MS)).toEqual([]);
  const again = await inPlace("restore", file);
  expect(again.code).toBe(1);
  expect(again.output).toMatch(/holds a Gatehouse already/);

  const { program } = await place.open();
  expect(program.output()).not.toMatch(/Password:/);
  const { default: postgres } = await import("postgres");
  const sql = postgres(readRuntime(place.folder)?.env.DATABASE_URL as string, { max: 1 });
  const ids = await sql<{ id: string }[]>`select id from request_logs where path like '/page-%'`;
  const [rollups] = await sql<{ counted: number; rows: number }[]>`
    select (select sum(allowed + blocked + limited)::int from traffic_rollups where dimension = 'total') as counted,
      (select count(*)::int from request_logs) as rows`;
  await sql.end();
  const known = new Set(answered.map(({ id }) => id));
  console.log(
    `     ${load.sent} sent during it, ${ids.length} of them in the backup; rows: ${atLeast} before it, ` +
      `${rollups?.rows} restored, ${atMost} after it; ${said.split("\n")[0]}`,
  );
  expect(ids.filter(({ id }) => !known.has(id))).toEqual([]);
  expect(rollups?.rows).toBeGreaterThanOrEqual(atLeast);
  expect(rollups?.rows).toBeLessThanOrEqual(atMost);
  // Those of the new place itself may have come since.
  expect(rollups?.counted).toBe(rollups?.rows);
  expect((await send(place.url, { path: OPEN_PATH, from: BLOCKED })).status).toBe(403);
  const admin = { url: place.url, admin: product.admin } as Product;
  expect(await signIn(admin, "2001:db8:5::1")).toMatch(/session-token/);
  expect(await end(program, "SIGTERM")).toBe(0);
});

test("a file that is no backup is refused in one sentence, and leaves nothing", async () => {
  const empty = path.join(folder, "new-place");
  await mkdir(empty);
  const file = path.join(folder, "notes.txt");
  await writeFile(file, "not a backup");
  const env = { ...place.env(), GATEHOUSE_DIR: empty };
  for (const name of [file, path.join(folder, "missing")]) {
    const program = startFile("cli/gatehouse.ts", ["restore", name], { env });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toMatch(/no whole backup|no such file/);
    expect(program.output()).not.toMatch(/^\s+at /m);
  }
  expect(await readdir(empty)).toEqual([]);
});
