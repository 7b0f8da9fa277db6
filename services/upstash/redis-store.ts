import { Redis, type RedisOptions } from "ioredis";
import {
  type Command,
  type Outcome,
  type Reply,
  type Store,
  StoreUnavailable,
} from "@/services/upstash/store";

/** Without any answer from Redis for this long, it is taken for dead. */
const SILENCE_MAX_MILLISECONDS = 280;
/** A request is given up after this time even while Redis answers others. */
const PATIENCE_MILLISECONDS = 5000;

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2000,
  // Answer at once while Redis is away, and never run a command twice: a counter would count twice.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  socketTimeout: 10_000,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 500),
};

function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

function toOutcome(error: unknown, reply: unknown): Outcome {
  if (error instanceof Error || reply instanceof Error) {
    const failure = error ?? reply;
    if (!isErrorReply(failure) || failure.message.startsWith("LOADING")) {
      throw new StoreUnavailable("ERR Redis is not available", { cause: failure });
    }
    return { error: failure.message };
  }
  // The parser's answers, with texts as Buffers, are of this type by construction.
  return { result: reply as Reply };
}

export type RedisStore = Store & { readonly connection: Redis };

/**
 * A store on a Redis or Valkey server, over one connection that is repaired in the background. Rejects
 * when the server does not answer within `waitSeconds`.
 */
export async function openRedisStore(input: {
  kind: Store["kind"];
  describe: string;
  address: string | { port: number; password: string };
  waitSeconds: number;
}): Promise<RedisStore> {
  const { address } = input;
  const redis =
    typeof address === "string" ? new Redis(address, OPTIONS) : new Redis({ ...OPTIONS, ...address });
  let lastFailure: unknown;
  redis.on("error", (error) => {
    lastFailure = error;
  });
  await waitUntilReady(redis, input.waitSeconds).catch((error: unknown) => {
    redis.disconnect();
    throw lastFailure ?? error;
  });

  let lastAnswerAt = 0;
  /** Waits for an answer, and gives up when nothing at all comes from Redis any more. */
  function withPatience<T>(answer: Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const silentFor = () => performance.now() - Math.max(lastAnswerAt, startedAt);
    const isGivenUp = () =>
      silentFor() >= SILENCE_MAX_MILLISECONDS || performance.now() - startedAt >= PATIENCE_MILLISECONDS;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const wait = () => {
        timer = setTimeout(check, SILENCE_MAX_MILLISECONDS - silentFor());
      };
      const check = () => {
        if (!isGivenUp()) return wait();
        // When this process itself was held up, the answer is there already and is read before this runs.
        setImmediate(() =>
          isGivenUp() ? reject(new StoreUnavailable("ERR Redis does not answer")) : wait(),
        );
      };
      wait();
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  function send(commands: Command[]): Promise<[error: Error | null, reply: unknown][]> {
    const pipeline = redis.pipeline();
    const answered = () => {
      lastAnswerAt = performance.now();
    };
    // In capitals, ioredis does not know the names and leaves the replies as they are.
    for (const [name, ...values] of commands) pipeline.callBuffer(name.toUpperCase(), ...values, answered);
    return withPatience(pipeline.exec().then((results) => results ?? []));
  }

  return {
    kind: input.kind,
    describe: input.describe,
    connection: redis,
    async run(commands) {
      if (redis.status !== "ready") throw new StoreUnavailable("ERR Redis is not available");
      return (await send(commands)).map(([error, reply]) => toOutcome(error, reply));
    },
    async transaction(commands) {
      if (redis.status !== "ready") throw new StoreUnavailable("ERR Redis is not available");
      const results = await send([["MULTI"], ...commands, ["EXEC"]]);
      const [error, replies] = results.at(-1) ?? [];
      const outcome = toOutcome(error, replies);
      if ("error" in outcome) return outcome;
      return Array.isArray(replies) ? replies.map((reply: unknown) => toOutcome(null, reply)) : [];
    },
    async stop() {
      redis.disconnect();
    },
  };
}

async function waitUntilReady(redis: Redis, waitSeconds: number): Promise<void> {
  redis.connect().catch(() => {});
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), waitSeconds * 1000);
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
    // No more attempts will follow, after a refused password for example.
    redis.once("end", () => {
      clearTimeout(timer);
      reject(new Error("the connection was closed"));
    });
  });
}
