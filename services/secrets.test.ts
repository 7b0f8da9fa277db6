import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StartError } from "@/services/errors";
import { loadSecrets } from "@/services/secrets";

let folder: string;
let dir: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-secrets-"));
  dir = join(folder, ".gatehouse");
  path = join(dir, "secrets.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("the first start makes secrets of 32 random bytes that later starts read", async () => {
  const first = await loadSecrets(dir);
  expect(Object.keys(first).sort()).toEqual([
    "EVENT_SEAL_KEY",
    "IP_HASH_KEY",
    "NEXTAUTH_SECRET",
    "POSTGRES_PASSWORD",
    "UPSTASH_TOKEN",
  ]);
  for (const secret of Object.values(first)) expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  expect(new Set(Object.values(first)).size).toBe(5);
  expect(await loadSecrets(dir)).toEqual(first);
  expect(await readdir(dir)).toEqual(["secrets.json"]);
});

test.skipIf(process.platform === "win32")(
  "only the owner may read the secrets and list the folder",
  async () => {
    await loadSecrets(dir);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    // Root lets others pass through, because PostgreSQL runs as another account below.
    expect((await stat(dir)).mode & 0o066).toBe(0);
    await chmod(path, 0o644);
    await loadSecrets(dir);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  },
);

test("a missing secret is added and the others stay, unknown ones too", async () => {
  const first = await loadSecrets(dir);
  const { IP_HASH_KEY, ...rest } = first;
  await writeFile(path, JSON.stringify({ ...rest, LATER: "kept" }));
  const second = await loadSecrets(dir);
  expect({ ...second, IP_HASH_KEY }).toEqual({ ...first, LATER: "kept" });
  expect(second.IP_HASH_KEY).not.toBe(IP_HASH_KEY);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(second);
});

test.each(["", "{", "[]", '{"IP_HASH_KEY": 5}', '{"IP_HASH_KEY": ""}'])(
  "a damaged file is reported and never replaced: %j",
  async (text) => {
    await loadSecrets(dir);
    await writeFile(path, text);
    const failure = await loadSecrets(dir).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain("is damaged");
    expect(await readFile(path, "utf8")).toBe(text);
  },
);

test("two first starts at the same moment agree on one set of secrets", async () => {
  const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => loadSecrets(dir)));
  for (const other of others) expect(other).toEqual(first);
});

test("a folder that cannot be made is one clear sentence", async () => {
  await writeFile(join(folder, "file"), "");
  const failure = await loadSecrets(join(folder, "file", "below")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StartError);
});
