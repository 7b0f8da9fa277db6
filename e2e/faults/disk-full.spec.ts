import { execFileSync } from "node:child_process";
import { chmod, open, rm } from "node:fs/promises";
import path from "node:path";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { end, endedWithin, Launched } from "@/e2e/fixtures/launched";
import { Load, statusesOf, timesOf } from "@/e2e/fixtures/load";
import { type Product, startProduct } from "@/e2e/fixtures/product";
import { block, OPEN_PATH, pause, untilStatus } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { eventStats, rowsOf, untilStored } from "@/e2e/fixtures/well";

const DISK = "320m";
const CALM_MS = 3000;
const FULL_MS = 10_000;
const STORED_MS = 60_000;
const NEEDS = "needs root on Linux, to make a small disk (mount -t tmpfs)";

let disk: string;
let isMounted = false;
const tmpdirBefore = process.env.TMPDIR;
test.beforeAll(async () => {
  disk = await makeFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK},mode=711`, "gatehouse-test", disk], {
      stdio: "ignore",
    });
    isMounted = true;
  } catch {
    // An ordinary user, or a container without the right to it.
  }
});
test.afterAll(async () => {
  if (isMounted) execFileSync("umount", ["-l", disk]);
  await removeFolder(disk);
});
test.afterEach(() => {
  if (tmpdirBefore === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmpdirBefore;
});

/** Takes all the room that is left. */
async function fillDisk(): Promise<void> {
  const file = await open(path.join(disk, "filler"), "w");
  for (const size of [1024 * 1024, 4096, 1]) {
    const piece = Buffer.alloc(size, 1);
    try {
      for (;;) await file.write(piece);
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
    }
  }
  await file.close();
}
const freeDisk = () => rm(path.join(disk, "filler"));

test("a disk that fills up under load: visitors are served, rules hold, and with room again nothing is missing", async () => {
  test.skip(!isMounted, NEEDS);
  process.env.TMPDIR = disk;
  const product: Product = await startProduct({ mode: "node-door" });
  try {
    const blocked = "198.51.100.20";
    await block(product, blocked);
    const next = (number: number) => ({
      path: OPEN_PATH,
      from: number % 4 === 0 ? blocked : `203.0.113.${(number % 200) + 1}`,
    });
    const load = new Load({ url: product.url, perSecond: 40, next });
    await pause(CALM_MS);
    const calm = timesOf(load.answered);
    const fullAt = performance.now();
    await fillDisk();
    await pause(FULL_MS);
    const during = timesOf(load.answered.filter(({ at }) => at >= fullAt));
    await freeDisk();
    const answered = await load.stop();
    await untilStored(product, STORED_MS);
    const rows = await rowsOf(product, answered, STORED_MS);
    const missing = answered.filter(({ id }) => !rows.has(id));
    const { droppedEvents } = await eventStats(product);
    const messages = product.logs().match(/No space left on device/gi)?.length ?? 0;
    console.log(
      `     ${load.sent} sent, by status ${JSON.stringify(statusesOf(answered))}, ${during.count} of them on the full disk ` +
        `(p99 ${during.p99} ms, slowest ${during.max} ms; before ${calm.p99} and ${calm.max} ms); ${rows.size} rows, ` +
        `${missing.length} missing, ${droppedEvents} dropped; the full disk is named ${messages} times`,
    );
    const ofBlocked = answered.filter(({ sent }) => sent.from === blocked);
    expect(statusesOf(ofBlocked)).toEqual({ 403: ofBlocked.length });
    expect(statusesOf(answered)).toEqual({ 200: answered.length - ofBlocked.length, 403: ofBlocked.length });
    expect(missing).toHaveLength(droppedEvents);
    expect([...rows.values()].filter((copies) => copies !== 1)).toEqual([]);
    expect(messages, product.logs()).toBeGreaterThan(0);
    expect(messages).toBeLessThan(20);
    const other = "198.51.100.21";
    await block(product, other);
    await untilStatus(product, other, 403);
  } finally {
    await product.stop();
  }
});

test("a start on a full disk says so in one sentence; with room again it starts, and all is there", async () => {
  test.skip(!isMounted, NEEDS);
  process.env.TMPDIR = disk;
  const launched = await Launched.prepare();
  try {
    await chmod(launched.folder, 0o711);
    await fillDisk();
    const refused = launched.start();
    expect(await endedWithin(refused, 60_000)).toBe(1);
    expect(refused.output()).toMatch(/Gatehouse cannot start\. .*the disk is full/);
    expect(refused.output()).not.toMatch(/^\s+at .*\.ts:\d+/m);
    await freeDisk();
    const first = await launched.open();
    expect(await end(first.program, "SIGTERM")).toBe(0);
    await fillDisk();
    const again = launched.start();
    expect(await endedWithin(again, 60_000)).toBe(1);
    expect(again.output()).toMatch(/Gatehouse cannot start\. .*(the disk is full|No space left on device)/);
    await freeDisk();
    const last = await launched.open();
    expect(last.program.output()).not.toMatch(/Password:/);
    expect(await end(last.program, "SIGTERM")).toBe(0);
  } finally {
    await rm(path.join(disk, "filler"), { force: true });
    await launched.remove();
  }
});
