import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRedisProgram } from "@/services/upstash/redis-process";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-path-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function place(directory: string, name: string, mode = 0o755): Promise<string> {
  const path = join(folder, directory, name);
  await mkdir(join(folder, directory), { recursive: true });
  await writeFile(path, "#!/bin/sh\n");
  await chmod(path, mode);
  return path;
}

test("redis-server is preferred to valkey-server, and what cannot be run does not count", async () => {
  const path = ["absent", "a", "b"].map((name) => join(folder, name)).join(delimiter);
  await place("a", "redis-server", 0o644);
  expect(await findRedisProgram(path)).toBeUndefined();
  const valkey = await place("a", "valkey-server");
  expect(await findRedisProgram(path)).toEqual({ kind: "valkey-server", path: valkey });
  const redis = await place("b", "redis-server");
  expect(await findRedisProgram(path)).toEqual({ kind: "redis-server", path: redis });
  expect(await findRedisProgram("")).toBeUndefined();
});
