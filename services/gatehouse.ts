import path from "node:path";
import { THRESHOLDS, thresholdsFrom } from "@/lib/detection/thresholds";
import { readEnv } from "@/lib/env";
import { messageOf } from "@/lib/errors";
import { build, isBuilt } from "@/services/build";
import { StartError } from "@/services/errors";
import { lockFolder } from "@/services/lock";
import { isPortFree } from "@/services/ports";
import { PostgresWatch } from "@/services/postgres-watch";
import { dataFolder, loadEnvFiles, removeRuntime, writeRuntime } from "@/services/runtime";
import { loadSecrets, type Secrets } from "@/services/secrets";
import { Part } from "@/services/supervisor";

export type GatehouseOptions = { isDev: boolean; log: (line: string) => void };

/** Seconds that a port may stay busy while the server of a killed launcher lets go of it. */
const PORT_WAIT_MS = 6000;

/** Gatehouse on one machine: what the environment does not provide, the server, and the order of start and stop. */
export class Gatehouse {
  readonly #log: (line: string) => void;
  readonly #dir = dataFolder();
  #lock: { release(): Promise<void> } | null = null;
  #postgres: PostgresWatch | null = null;
  #upstash: Part | null = null;
  #worker: Part | null = null;
  #server: Part | null = null;
  #starting: Promise<void> | null = null;
  #stopped = false;

  constructor(readonly options: GatehouseOptions) {
    this.#log = options.log;
  }

  /** @throws StartError with one sentence and what to do. */
  start(): Promise<void> {
    this.#starting = this.#startParts();
    return this.#starting;
  }

  async #startParts(): Promise<void> {
    loadEnvFiles();
    const env = process.env as NodeJS.ProcessEnv & Record<string, string | undefined>;
    env.NEXT_TELEMETRY_DISABLED = "1";
    env.PORT ||= "3000";
    env.HOST ||= "127.0.0.1";
    const port = checkPort(env.PORT);
    this.#lock = await lockFolder(this.#dir);
    await waitForPort(port, env.HOST);
    const secrets = await loadSecrets(this.#dir);
    this.#setSecrets(secrets);
    checkEnvironment();

    const building = this.#buildIfNeeded();
    // A failure of the build is reported where it is awaited, not as an unhandled rejection meanwhile.
    building.catch(() => {});
    // What both need is loaded while they start: a restart takes seconds, and a third of them is reading files.
    const loading = import("@/services/prepare-stores");
    const database = this.#startPostgres(secrets).then(async () => (await loading).prepareDatabase());
    const admin = await inTheEnd(database, this.#startUpstash(secrets));
    await building;
    const { publishFirst } = await loading;
    for (const step of [publishFirst, () => inTheEnd(this.#startServer(), this.#startWorker())]) {
      if (this.#stopped) throw new StartError("It was stopped while it started.", "Start it again.");
      await step();
    }
    const url = `http://${env.HOST === "127.0.0.1" || env.HOST === "0.0.0.0" ? "localhost" : env.HOST}:${port}`;
    await writeRuntime(this.#dir, { pid: process.pid, url, env: pickRuntimeEnv() });
    this.#say("Data", path.relative(process.cwd(), this.#dir) || this.#dir);
    this.#log(`\n  Gatehouse is open at ${url}`);
    if (admin) {
      this.#log(`\n  First administrator:  admin`);
      this.#log(`  Password:             ${admin}`);
      this.#log("  Write it down: it is shown only now.");
    }
    this.#log("");
  }

  /** Stops in the order in which nothing is lost: doors, jobs with a last drain, edge store, database. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    // What is coming up at this moment could not be stopped yet, and would be left behind.
    await this.#starting?.catch(() => {});
    await this.#server?.stop();
    await this.#worker?.stop(60_000);
    await this.#upstash?.stop();
    await this.#postgres?.stop();
    if (this.#lock) await removeRuntime(this.#dir);
    await this.#lock?.release();
  }

  #say(part: string, text: string): void {
    this.#log(`  ${part.padEnd(14)}${text}`);
  }

  #setSecrets(secrets: Secrets): void {
    for (const name of ["NEXTAUTH_SECRET", "IP_HASH_KEY", "EVENT_SEAL_KEY"] as const)
      process.env[name] ||= secrets[name];
  }

  async #buildIfNeeded(): Promise<void> {
    if (this.options.isDev || (await isBuilt())) return;
    this.#say("Build", "under way; about a minute, only at the first start and after a change");
    await build();
  }

  async #startPostgres(secrets: Secrets): Promise<void> {
    if (process.env.DATABASE_URL)
      return this.#say("PostgreSQL", `yours, at ${hostOf(process.env.DATABASE_URL)}`);
    this.#postgres = new PostgresWatch({
      dataDir: path.join(this.#dir, "postgres"),
      password: secrets.POSTGRES_PASSWORD,
      log: (line) => this.#log(line),
    });
    const postgres = await this.#postgres.start();
    process.env.DATABASE_URL = postgres.url;
    this.#say("PostgreSQL", `embedded, in ${path.relative(process.cwd(), postgres.dataDir)}`);
  }

  async #startUpstash(secrets: Secrets): Promise<void> {
    if (process.env.UPSTASH_REDIS_REST_URL) {
      return this.#say("Edge store", `Upstash, at ${hostOf(process.env.UPSTASH_REDIS_REST_URL)}`);
    }
    let port = "";
    this.#upstash = new Part({
      name: "The local Upstash endpoint",
      file: "services/upstash-child.ts",
      // The port of the first start is kept: the others know the endpoint by it.
      env: () => ({
        ...process.env,
        UPSTASH_TOKEN: secrets.UPSTASH_TOKEN,
        GATEHOUSE_DIR: this.#dir,
        GATEHOUSE_UPSTASH_PORT: port,
      }),
      log: this.#log,
    });
    const ready = await this.#upstash.start();
    port = new URL(String(ready.url)).port;
    // Commands cost nothing here: events may come often, so that the dashboard shows them at once.
    process.env.EVENT_FLUSH_MS ||= "250";
    process.env.UPSTASH_REDIS_REST_URL = String(ready.url);
    process.env.UPSTASH_REDIS_REST_TOKEN = secrets.UPSTASH_TOKEN;
    const warning = ready.store === "memory" ? " (waiting events do not survive a stop by force)" : "";
    this.#say("Edge store", `local, ${ready.describe}${warning}`);
  }

  async #startWorker(): Promise<void> {
    if (process.env.INNGEST_DEV || process.env.INNGEST_SIGNING_KEY)
      return this.#say("Jobs", "by Inngest, at /api/inngest");
    this.#worker = new Part({
      name: "The scheduler",
      file: "services/worker.ts",
      env: () => ({ ...process.env }),
      log: this.#log,
    });
    await this.#worker.start();
    this.#say("Jobs", "local scheduler");
  }

  async #startServer(): Promise<void> {
    const env = () => ({
      ...process.env,
      NODE_ENV: this.options.isDev ? ("development" as const) : ("production" as const),
      GATEHOUSE_DEV: this.options.isDev ? "1" : "",
      GATEHOUSE_DOOR: "node",
      NEXTAUTH_URL: process.env.NEXTAUTH_URL || `http://localhost:${process.env.PORT}`,
    });
    // Next.js calls `require` with each request: a loader that has no hand in it saves two percent of every answer.
    const loader = this.options.isDev ? "tsx" : "tsx/esm";
    this.#server = new Part({ name: "The server", file: "server.ts", env, log: this.#log, loader });
    await this.#server.start();
  }
}

/** The first one's value, or why one of them failed; in either case when neither is under way any more. */
async function inTheEnd<T>(first: Promise<T>, second: Promise<unknown>): Promise<T> {
  await Promise.allSettled([first, second]);
  await second;
  return first;
}

function checkPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StartError(
    `PORT is "${text}", which is no port.`,
    "Set it to a number between 1 and 65535, or leave it out for 3000.",
  );
}

function checkEnvironment(): void {
  try {
    readEnv();
    thresholdsFrom(process.env);
  } catch (error) {
    throw new StartError(messageOf(error), "Correct it in the environment or in .env (see .env.example).", {
      cause: error,
    });
  }
}

async function waitForPort(port: number, host: string): Promise<void> {
  const until = Date.now() + PORT_WAIT_MS;
  while (!(await isPortFree(port, host))) {
    if (Date.now() > until) {
      throw new StartError(
        `Port ${port} is in use.`,
        `Stop the program that uses it, or choose another: PORT=${port + 1} npm start.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a command needs to work as the running Gatehouse does. */
function pickRuntimeEnv(): Record<string, string> {
  const names = [...Object.keys(readEnv()), ...Object.values(THRESHOLDS).map(({ env }) => env)];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the address given";
}
