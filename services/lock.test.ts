import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StartError } from "@/services/errors";
import { lockFolder } from "@/services/lock";
import { startMark } from "@/services/processes";

const root = fileURLToPath(new URL("..", import.meta.url));
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "gatehouse-lock-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Starts a process of its own that locks the folder and then waits; its first line tells how it went. */
async function otherLauncher(folder: string) {
  const code = `
    import { lockFolder } from "./services/lock.ts";
    lockFolder(process.argv[1]).then(
      () => { console.log("locked"); setInterval(() => {}, 1000); },
      (error) => console.log(error.name),
    );`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code, folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const kill = async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return { said: String(line).trim(), pid: child.pid, kill };
}

test("a second launcher on one folder is refused in one sentence, until the first lets go", async () => {
  const first = await lockFolder(dir);
  const failure = await lockFolder(dir).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StartError);
  expect(String(failure)).toContain(`Another Gatehouse (process ${process.pid}`);
  await first.release();
  expect(await readdir(dir)).toEqual([]);
  await (await lockFolder(dir)).release();
});

test("a lock held by another process is respected, and falls with that process", async () => {
  const other = await otherLauncher(dir);
  expect(other.said).toBe("locked");
  await expect(lockFolder(dir)).rejects.toThrow(`process ${other.pid}`);
  await other.kill();
  const lock = await lockFolder(dir);
  expect(await readdir(dir)).toHaveLength(1);
  await lock.release();
});

test("a process that only got the id of a dead launcher does not count", async () => {
  const stranger = { pid: process.pid, mark: "an earlier boot/12345", since: "2026-01-01T00:00:00Z" };
  await writeFile(join(dir, "launcher.7.lock"), JSON.stringify(stranger));
  const lock = await lockFolder(dir);
  expect(await readdir(dir)).toEqual(["launcher.8.lock"]);
  await lock.release();
});

test("a lock file cut short by a crash does not block", async () => {
  await writeFile(join(dir, "launcher.1.lock"), '{"pid":');
  await (await lockFolder(dir)).release();
});

test("of many launchers that start at once over a stale lock at most one wins", async () => {
  for (let round = 0; round < 10; round++) {
    await writeFile(join(dir, "launcher.3.lock"), "{}");
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir)));
    const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(locks.length).toBeLessThanOrEqual(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(StartError);
    for (const lock of locks) await lock.release();
    await rm(join(dir, "launcher.3.lock"), { force: true });
  }
});

test("a process that does not exist has no start mark, this one always the same", async () => {
  expect(await startMark(process.pid)).toBe(await startMark(process.pid));
  expect(await startMark(2 ** 22 + 1)).toBeUndefined();
});
