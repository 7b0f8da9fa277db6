import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "@upstash/redis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StartError } from "@/services/errors";
import { freePort } from "@/services/ports";
import { startMark } from "@/services/processes";
import { stores } from "@/services/test/stores";
import { startUpstash, type Upstash, type UpstashOptions } from "@/services/upstash";

const [, redisServer] = stores;
const token = "a token of tests";
let folder: string;
let options: UpstashOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-upstash-"));
  options = { token, dataDir: folder };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const withRedis = (name: string, body: () => Promise<void>) =>
  test.skipIf(redisServer.missing)(`${name}${redisServer.note}`, body);

function client(endpoint: Upstash): Redis {
  return new Redis({ url: endpoint.url, token, retry: false, enableAutoPipelining: false });
}

async function redisPid(): Promise<number> {
  return Number(await readFile(join(folder, "redis", "redis.pid"), "utf8"));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not happen within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function statusOf(endpoint: Upstash): Promise<{ status: number; milliseconds: number }> {
  const begin = performance.now();
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(endpoint.url, { method: "POST", headers, body: '["INCR", "n"]' });
  await response.text();
  return { status: response.status, milliseconds: performance.now() - begin };
}

test("it says which store it took, and memory is never shared", async () => {
  const first = await startUpstash({ ...options, prefer: "memory" });
  const second = await startUpstash({ ...options, prefer: "memory" });
  expect(first.store).toBe("memory");
  expect(first.describe).toContain("lost at a restart");
  await client(first).set("a", "1");
  expect(await client(second).get("a")).toBeNull();
  await Promise.all([first.stop(), second.stop()]);
});

test("without redis-server it takes memory, unless it was told to insist", async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  try {
    const endpoint = await startUpstash(options);
    expect(endpoint.store).toBe("memory");
    await endpoint.stop();
    await expect(startUpstash({ ...options, prefer: "redis-server" })).rejects.toThrow(StartError);
  } finally {
    process.env.PATH = path;
  }
});

test("a port that is taken and a Redis that is not there are clear errors", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const address = squatter.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(startUpstash({ ...options, prefer: "memory", port })).rejects.toThrow(`Port ${port} is taken`);
  squatter.close();
  const redisUrl = `redis://user:secret@127.0.0.1:${await freePort()}`;
  const error: unknown = await startUpstash({ ...options, redisUrl }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toContain("127.0.0.1");
  expect(String(error)).not.toContain("secret");
});

withRedis("what was stored is there after a stop and after kill -9 of the server", async () => {
  const first = await startUpstash(options);
  expect(first.store).toMatch(/^(redis|valkey)-server$/);
  await client(first).rpush("events", "one");
  expect((await stat(join(folder, "redis", "redis.conf"))).mode & 0o077).toBe(0);
  const pid = await redisPid();
  await first.stop();
  expect(await startMark(pid)).toBeUndefined();

  const second = await startUpstash(options);
  expect(await client(second).rpush("events", "two")).toBe(2);
  // The file is forced to the disk every second; the kernel has it at once, which kill -9 does not undo.
  process.kill(await redisPid(), "SIGKILL");
  await second.stop();
  const third = await startUpstash(options);
  expect(await client(third).lrange("events", 0, -1)).toEqual(["one", "two"]);
  await third.stop();
});

withRedis("a server that a killed launcher left behind is taken over", async () => {
  const first = await startUpstash(options);
  const pid = await redisPid();
  // A second start without a stop is what a launcher finds after kill -9 of the one before.
  const second = await startUpstash(options);
  expect(await redisPid()).toBe(pid);
  expect(await client(second).set("a", "1")).toBe("OK");
  await second.stop();
  expect(await startMark(pid)).toBeUndefined();
  await first.stop();
});

withRedis("another token means another password, so the server is started anew", async () => {
  const first = await startUpstash(options);
  const pid = await redisPid();
  const second = await startUpstash({ ...options, token: "another token" });
  expect(await redisPid()).not.toBe(pid);
  await second.stop();
  await first.stop();
});

withRedis(
  "503 comes at once while Redis is down, after 300 ms of its silence, and ends by itself",
  async () => {
    const endpoint = await startUpstash(options);
    const below = await startUpstash({ ...options, redisUrl: await addressOfRedis() });
    expect(below.store).toBe("redis-url");
    expect((await statusOf(below)).status).toBe(200);
    const pid = await redisPid();

    process.kill(pid, "SIGSTOP");
    const hanging = await Promise.all([statusOf(below), statusOf(below), statusOf(below)]);
    for (const { status, milliseconds } of hanging) {
      expect(status).toBe(503);
      expect(milliseconds).toBeLessThan(400);
    }
    process.kill(pid, "SIGCONT");
    await until(async () => (await statusOf(below)).status === 200);

    process.kill(pid, "SIGKILL");
    await until(async () => (await statusOf(below)).status === 503);
    expect((await statusOf(below)).milliseconds).toBeLessThan(100);
    await endpoint.stop();
    const again = await startUpstash(options);
    await until(async () => (await statusOf(below)).status === 200);
    await below.stop();
    await again.stop();
  },
);

async function addressOfRedis(): Promise<string> {
  const text = await readFile(join(folder, "redis", "redis.conf"), "utf8");
  const [, port] = /^port (\d+)$/m.exec(text) ?? [];
  const [, password] = /^requirepass (\w+)$/m.exec(text) ?? [];
  return `redis://:${password}@127.0.0.1:${port}`;
}
