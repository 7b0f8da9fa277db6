import { createHash } from "node:crypto";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { explainFileError, StartError, systemErrorCode } from "@/services/errors";
import { openMemoryStore } from "@/services/upstash/memory-store";
import { findRedisProgram, openRedisProcess } from "@/services/upstash/redis-process";
import { openRedisStore } from "@/services/upstash/redis-store";
import { createUpstashServer } from "@/services/upstash/server";
import type { Store, StoreKind } from "@/services/upstash/store";

export type UpstashOptions = {
  /** A port to insist on; without it a free one is taken. */
  port?: number;
  /** What clients send as bearer token. */
  token: string;
  /** A Redis or Valkey that runs already, as `redis://…`. */
  redisUrl?: string;
  /** The folder for the data of a server that is started here. */
  dataDir: string;
  /** Insists on a store; without it the best one that is there is taken. */
  prefer?: "redis-server" | "memory";
  /** Lets clients erase everything, as tests do; memory always allows it. */
  mayFlush?: boolean;
  log?: (line: string) => void;
};

export type Upstash = {
  url: string;
  store: StoreKind;
  /** One line for the user about where the data lies. */
  describe: string;
  stop(): Promise<void>;
};

async function openRedisUrl(redisUrl: string): Promise<Store> {
  const place = URL.canParse(redisUrl) ? new URL(redisUrl).host : "REDIS_URL";
  const describe = `Redis at ${place}`;
  try {
    return await openRedisStore({ kind: "redis-url", describe, address: redisUrl, waitSeconds: 5 });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(
      `The Redis at ${place} cannot be used (${detail}).`,
      "Check REDIS_URL, or leave it out to use a store of this machine.",
      { cause },
    );
  }
}

async function openStore(options: UpstashOptions): Promise<Store> {
  if (options.prefer === "memory") return openMemoryStore();
  if (options.redisUrl && options.prefer === undefined) return openRedisUrl(options.redisUrl);
  const program = await findRedisProgram();
  if (!program) {
    if (options.prefer === undefined) return openMemoryStore();
    throw new StartError("There is no redis-server or valkey-server on the PATH.", "Install one of them.");
  }
  const dataDir = join(resolve(options.dataDir), "redis");
  const password = createHash("sha256").update(`redis:${options.token}`).digest("hex");
  return openRedisProcess({ program, dataDir, password, log: options.log });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen({ port, host: "127.0.0.1" }, () => {
      server.off("error", fail);
      done();
    });
  }).catch((cause: unknown) => {
    if (systemErrorCode(cause) !== "EADDRINUSE") throw cause;
    throw new StartError(
      `Port ${port} is taken, so the local Upstash endpoint cannot listen on it.`,
      "Stop the program that uses it, or choose another port.",
      { cause },
    );
  });
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeIdleConnections();
    // Requests under way end within a moment; whatever hangs after that is cut.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}

/**
 * Starts the local stand-in for Upstash: its REST protocol on 127.0.0.1, over the Redis of `redisUrl`, a
 * redis-server or valkey-server of this machine, or memory. Throws a StartError for what a user can mend.
 */
export async function startUpstash(options: UpstashOptions): Promise<Upstash> {
  let store: Store;
  try {
    store = await openStore(options);
  } catch (error) {
    throw explainFileError(error, options.dataDir);
  }
  const mayFlush = options.mayFlush ?? store.kind === "memory";
  const onError = (error: unknown) => options.log?.(`The local Upstash endpoint failed: ${String(error)}`);
  const server = createUpstashServer({ store, token: options.token, mayFlush, onError });
  try {
    const port = await listen(server, options.port ?? 0);
    return {
      url: `http://127.0.0.1:${port}`,
      store: store.kind,
      describe: store.describe,
      async stop() {
        await close(server);
        await store.stop();
      },
    };
  } catch (error) {
    await store.stop();
    throw error;
  }
}
