import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { expect, test } from "@playwright/test";
import postgres from "postgres";
import { end, endedWithin, Launched } from "@/e2e/fixtures/launched";
import type { Program } from "@/e2e/fixtures/program";
import { readRuntime } from "@/services/runtime";
import { waitForNone } from "@/services/test/processes-on";

const GONE_MS = 5000;

let launched: Launched;
test.beforeEach(async () => {
  launched = await Launched.prepare();
});
test.afterEach(() => launched.remove());

/** A start that cannot be: a code that is not 0, a sentence with these words, no stack trace, no process left. */
async function expectRefusal(program: Program, words: RegExp): Promise<void> {
  expect(await endedWithin(program, 60_000)).not.toBe(0);
  const said = program.output();
  expect(said).toMatch(/^Gatehouse cannot start\. /m);
  expect(said).toMatch(words);
  expect(said).not.toMatch(/^\s+at .*\.ts:\d+/m);
  expect(said).not.toContain("is open at");
}

test("a busy port is named in one sentence, with another one to take", async () => {
  const other = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => other.listen(launched.port, "127.0.0.1", resolve));
  try {
    await expectRefusal(launched.start(), new RegExp(`Port ${launched.port} is in use\\.`));
    expect(await waitForNone(launched.folder, GONE_MS)).toEqual([]);
  } finally {
    other.close();
  }
});

test("a port that is none is refused", async () => {
  await expectRefusal(launched.start({ PORT: "http" }), /PORT is "http"/);
});

test("a setting that is wrong is named", async () => {
  await expectRefusal(launched.start({ IP_PRIVACY: "secret" }), /IP_PRIVACY must be hashed or plain/);
  const threshold = launched.start({ SUSPICIOUS_REQUEST_THRESHOLD: "many" });
  await expectRefusal(threshold, /SUSPICIOUS_REQUEST_THRESHOLD is "many"/);
});

test("a data folder that is a file is refused", async () => {
  const place = `${launched.folder}/taken`;
  await writeFile(place, "");
  await expectRefusal(launched.start({ GATEHOUSE_DIR: place }), /Cannot write to/);
});

test("a data folder that cannot be written to is refused", async () => {
  const locked = `${launched.folder}/locked`;
  await mkdir(locked);
  await chmod(locked, 0o555);
  // Root may write everywhere but in the kernel's own file system.
  const place = process.getuid?.() === 0 ? "/sys/gatehouse" : `${locked}/data`;
  await expectRefusal(launched.start({ GATEHOUSE_DIR: place }), /Cannot write to/);
});

test("a database of a newer version is left as it is", async () => {
  const { program } = await launched.open();
  const url = readRuntime(launched.folder)?.env.DATABASE_URL as string;
  const sql = postgres(url, { max: 1 });
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)`;
  await sql.end();
  expect(await end(program, "SIGTERM")).toBe(0);
  await expectRefusal(launched.start(), /newer version of Gatehouse/);
  expect(await waitForNone(launched.folder, GONE_MS)).toEqual([]);
});

test("a second launcher on the same folder is refused, and the first goes on", async () => {
  const { program } = await launched.open();
  await expectRefusal(launched.start(), /Another Gatehouse \(process \d+, .*\) is running on/);
  expect(program.child.exitCode).toBeNull();
  const answer = await fetch(`${launched.url}/icon.svg`);
  expect(answer.status).toBe(200);
});

test("a database of one's own that does not answer is named", async () => {
  const settings = { DATABASE_URL: "postgres://nobody:secret@127.0.0.1:9/none" };
  const program = launched.start(settings);
  await expectRefusal(program, /The database cannot be prepared/);
  expect(program.output()).not.toContain("secret@");
  expect(await waitForNone(launched.folder, GONE_MS)).toEqual([]);
});
