import { spawn } from "node:child_process";
import { access, constants, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { StartError } from "@/services/errors";
import { freePort, isPortFree } from "@/services/ports";
import { commandOf, startMark } from "@/services/processes";
import { plainEnvironment } from "@/services/run";
import { openRedisStore, type RedisStore } from "@/services/upstash/redis-store";
import type { Store } from "@/services/upstash/store";

export type RedisProgram = { kind: "redis-server" | "valkey-server"; path: string };

type Options = { program: RedisProgram; dataDir: string; password: string; log?: (line: string) => void };

const START_ATTEMPTS_MAX = 5;
const START_SECONDS_MAX = 60;

/** The Redis or Valkey server of this machine, looked for on the PATH. */
export async function findRedisProgram(path = process.env.PATH ?? ""): Promise<RedisProgram | undefined> {
  for (const kind of ["redis-server", "valkey-server"] as const) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const candidate = join(folder, kind);
      const found = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return { kind, path: candidate };
    }
  }
  return undefined;
}

function configuration(input: { port: number; dataDir: string; password: string }): string {
  return [
    `port ${input.port}`,
    "bind 127.0.0.1",
    "protected-mode yes",
    `requirepass ${input.password}`,
    `dir ${JSON.stringify(input.dataDir)}`,
    `pidfile ${JSON.stringify(join(input.dataDir, "redis.pid"))}`,
    "daemonize no",
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    "maxmemory-policy noeviction",
    "tcp-keepalive 60",
    "loglevel warning",
    "",
  ].join("\n");
}

const WATCH_MILLISECONDS = 500;

const configFile = (dataDir: string) => join(dataDir, "redis.conf");
const logFile = (dataDir: string) => join(dataDir, "redis.log");

async function lastConfiguration(dataDir: string): Promise<{ text: string; port: number | undefined }> {
  const text = await readFile(configFile(dataDir), "utf8").catch(() => "");
  const port = Number(/^port (\d+)$/m.exec(text)?.[1]);
  return { text, port: Number.isInteger(port) ? port : undefined };
}

function connect(options: Options, port: number, waitSeconds: number): Promise<RedisStore> {
  const { program, dataDir, password } = options;
  const describe = `${program.kind}, kept in ${dataDir}`;
  return openRedisStore({ kind: program.kind, describe, address: { port, password }, waitSeconds });
}

async function ownProcess(dataDir: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dataDir, "redis.pid"), "utf8").catch(() => ""));
  if (!pid || (await startMark(pid)) === undefined) return undefined;
  const command = await commandOf(pid);
  return command === undefined || /redis|valkey/.test(command) ? pid : undefined;
}

async function waitForEnd(pid: number, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if ((await startMark(pid)) === undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** Ends the server of this folder, if one runs: everything acknowledged is on the disk afterwards. */
async function stopProcess(dataDir: string): Promise<void> {
  const pid = await ownProcess(dataDir);
  if (pid === undefined) return;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitForEnd(pid, signal === "SIGTERM" ? 10 : 2)) return;
  }
}

/** Starts the server in a session of its own, so that Ctrl-C and our end leave it alone. */
async function launch(options: Options, port: number): Promise<{ pid: number; exited: Promise<void> }> {
  const { dataDir, program } = options;
  await writeFile(configFile(dataDir), configuration({ ...options, port }), { mode: 0o600 });
  const log = await open(logFile(dataDir), "w", 0o600);
  try {
    const child = spawn(program.path, [configFile(dataDir)], {
      cwd: dataDir,
      detached: true,
      env: plainEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    const exited = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    return { pid: child.pid ?? 0, exited };
  } finally {
    await log.close();
  }
}

async function start(options: Options, remembered: number | undefined): Promise<RedisStore> {
  let port = remembered !== undefined && (await isPortFree(remembered)) ? remembered : await freePort();
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt++) {
    const { exited } = await launch(options, port);
    const failed = exited.then(() => undefined);
    const store = await Promise.race([
      connect(options, port, START_SECONDS_MAX).catch(() => undefined),
      failed,
    ]);
    if (store) return store;
    const output = await readFile(logFile(options.dataDir), "utf8").catch(() => "");
    if (!/Address already in use|Failed listening/i.test(output)) break;
    port = await freePort();
  }
  await stopProcess(options.dataDir);
  const { kind } = options.program;
  throw new StartError(
    `${kind} did not start on the data in ${options.dataDir}.`,
    `Its log is ${logFile(options.dataDir)}; without ${kind} on the PATH, or with REDIS_URL set, it is not used.`,
  );
}

/** Starts the server again, on its port and its data, when it has ended without our doing. The connection repairs itself. */
function watch(options: Options, port: number): { stop(): Promise<void> } {
  const { dataDir, program, log } = options;
  let looking: Promise<void> | undefined;
  const look = async () => {
    if ((await ownProcess(dataDir)) !== undefined) return;
    log?.(`${program.kind} has ended and is started again.`);
    const { exited } = await launch(options, port);
    await Promise.race([exited, waitForStart(dataDir)]);
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => log?.(`${program.kind} does not start: ${String(error)}`))
      .finally(() => {
        looking = undefined;
      });
  }, WATCH_MILLISECONDS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

async function waitForStart(dataDir: string): Promise<void> {
  const deadline = Date.now() + START_SECONDS_MAX * 1000;
  while (Date.now() < deadline && (await ownProcess(dataDir)) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * A store on a server of our own with its data in a folder, every write of the last second but one safe
 * on the disk. A server that a killed launcher left behind is taken over.
 */
export async function openRedisProcess(options: Options): Promise<Store> {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const last = await lastConfiguration(dataDir);
  let store: RedisStore | undefined;
  if ((await ownProcess(dataDir)) !== undefined) {
    const same = last.port !== undefined && last.text === configuration({ ...options, port: last.port });
    if (same && last.port !== undefined) store = await connect(options, last.port, 2).catch(() => undefined);
    if (!store) {
      options.log?.(`Restarting the ${options.program.kind} that was still running.`);
      await stopProcess(dataDir);
    }
  }
  const open = store ?? (await start(options, last.port));
  const { port } = await lastConfiguration(dataDir);
  const watching = port === undefined ? undefined : watch(options, port);
  return {
    ...open,
    async stop() {
      await watching?.stop();
      await open.stop();
      await stopProcess(dataDir);
      await rm(join(dataDir, "redis.pid"), { force: true });
    },
  };
}
