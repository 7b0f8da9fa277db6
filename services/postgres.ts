import { dirname, join, resolve } from "node:path";
import { stepBack } from "@/services/background";
import { makeDataFolder } from "@/services/data-folder";
import { explainFileError, StartError } from "@/services/errors";
import { freePort, isPortFree } from "@/services/ports";
import { serverAccount } from "@/services/postgres/account";
import { findBinaries } from "@/services/postgres/binaries";
import { ensureCluster } from "@/services/postgres/cluster";
import { answers, databaseUrl, ensureDatabase } from "@/services/postgres/database";
import { prepareLog, rotateLog, watchLog } from "@/services/postgres/log-file";
import { placeData } from "@/services/postgres/placement";
import { placePrograms, removeOldCopies } from "@/services/postgres/programs";
import { runningServer, type Server, startServer, stopServer } from "@/services/postgres/server";
import { portOf, readSettings, settingsText, writeSettings } from "@/services/postgres/settings";

export type PostgresOptions = {
  /** The folder of the cluster; made at the first start. Its log lies beside it. */
  dataDir: string;
  password: string;
  /** A port to insist on; without it a free one is chosen once and kept. */
  port?: number;
  /** Called with one line for whatever is worth telling the user. */
  log?: (line: string) => void;
  /** False only for databases of tests: nothing is forced to the disk. */
  durable?: boolean;
};

export type Postgres = {
  url: string;
  port: number;
  /** Where the cluster really lies: elsewhere than asked when root had to keep it under /var/lib. */
  dataDir: string;
  logFile: string;
  /** A server left by a launcher that was killed was still running and has been taken over. */
  alreadyRunning: boolean;
  stop(): Promise<void>;
};

const PORT_ATTEMPTS_MAX = 5;

async function choosePort(asked: number | undefined, remembered: number | undefined): Promise<number> {
  if (asked !== undefined) return asked;
  return remembered !== undefined && (await isPortFree(remembered)) ? remembered : freePort();
}

async function startOnPort(server: Server, options: PostgresOptions): Promise<number> {
  let remembered = portOf(await readSettings(server.dataDir));
  for (let attempt = 1; attempt <= PORT_ATTEMPTS_MAX; attempt++) {
    const port = await choosePort(options.port, remembered);
    const text = settingsText({ port, version: server.binaries.version, durable: options.durable ?? true });
    await writeSettings(server.dataDir, text, server.account);
    if (await startServer(server)) return port;
    if (options.port !== undefined) break;
    remembered = undefined;
  }
  throw new StartError(
    options.port === undefined
      ? "PostgreSQL found no free port on 127.0.0.1."
      : `Port ${options.port} is taken, so PostgreSQL cannot listen on it.`,
    "Stop the program that uses it, or choose another port.",
  );
}

/** Takes over a server that is still running, when it runs as this version would start it. */
async function adopt(server: Server, options: PostgresOptions): Promise<number | null> {
  const running = await runningServer(server.dataDir);
  if (!running) return null;
  const wanted = settingsText({
    port: options.port ?? running.port,
    version: server.binaries.version,
    durable: options.durable ?? true,
  });
  const same = (await readSettings(server.dataDir)) === wanted;
  if (same && (await answers(running.port, options.password))) return running.port;
  options.log?.("Restarting the PostgreSQL that was still running.");
  await stopServer(server);
  return null;
}

async function prepare(options: PostgresOptions): Promise<Server> {
  const asked = resolve(options.dataDir);
  const { log } = options;
  await makeDataFolder(dirname(asked));
  const account = await serverAccount(asked);
  const binaries = await placePrograms({ binaries: await findBinaries(), dataDir: asked, account });
  const serverOn = (dataDir: string) => {
    return { binaries, dataDir, account, logFile: join(dirname(dataDir), "postgres.log") };
  };
  const stopServerOn = (dataDir: string) => stopServer(serverOn(dataDir));
  const server = serverOn(await placeData({ dataDir: asked, account, stopServerOn, log }));
  await ensureCluster({ ...server, password: options.password, durable: options.durable ?? true });
  await prepareLog(server.logFile, account);
  await rotateLog(server.logFile);
  return server;
}

/**
 * Starts the embedded PostgreSQL on a data folder, which it makes at the first start, and waits until the
 * database `gatehouse` can be used. The server has a session of its own: it outlives Ctrl-C and even the
 * death of this process, and the next start takes it over. Call lockFolder first: this does not guard
 * against a second live launcher. Throws a StartError for everything a user can put right.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  try {
    const server = await prepare(options);
    const adopted = await adopt(server, options);
    const port = adopted ?? (await startOnPort(server, options));
    // Pages wait for it, visitors never: where all want the processor, the doors come first.
    const running = await runningServer(server.dataDir);
    if (running) stepBack(running.pid);
    const unwatch = watchLog(server.logFile);
    const stop = async () => {
      unwatch();
      await stopServer(server);
    };
    await removeOldCopies(server.binaries);
    try {
      await ensureDatabase(port, options.password, server.dataDir);
    } catch (error) {
      await stop();
      throw error;
    }
    const { dataDir, logFile } = server;
    return {
      url: databaseUrl(port, options.password),
      port,
      dataDir,
      logFile,
      alreadyRunning: adopted !== null,
      stop,
    };
  } catch (error) {
    throw explainFileError(error, options.dataDir);
  }
}
