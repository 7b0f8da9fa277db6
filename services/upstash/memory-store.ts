import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import RedisMock from "ioredis-mock";
import { z } from "zod";
import { forMemory, scriptError } from "@/services/upstash/memory-lua";
import type { Command, Outcome, Reply, Store } from "@/services/upstash/store";

/** Methods of the mock that are no Redis commands, or none that a shared store could run. */
const NOT_COMMANDS = new Set(["connect", "quit", "disconnect"]);

/** From which argument on a command takes option words; the mock knows them in capitals only. */
const OPTIONS_FROM: Record<string, number> = {
  set: 2,
  getex: 1,
  expire: 2,
  pexpire: 2,
  expireat: 2,
  pexpireat: 2,
  zrange: 3,
  zrangebyscore: 3,
  zrevrangebyscore: 3,
  zinterstore: 2,
  lpos: 2,
  linsert: 1,
  hrandfield: 1,
  xread: 0,
};
const WORDS = new Set(
  "NX XX GT LT EX PX EXAT PXAT KEEPTTL GET PERSIST BYSCORE BYLEX REV LIMIT WITHSCORES WEIGHTS AGGREGATE RANK COUNT MAXLEN BEFORE AFTER WITHVALUES STREAMS".split(
    " ",
  ),
);

function withCapitals(name: string, values: string[]): string[] {
  const from = OPTIONS_FROM[name];
  if (name === "zadd") {
    const scores = values.findIndex((value, index) => index > 0 && !/^(?:nx|xx|ch|incr|gt|lt)$/i.test(value));
    return values.map((value, index) => (index > 0 && index < scores ? value.toUpperCase() : value));
  }
  if (from === undefined) return values;
  return values.map((value, index) =>
    index >= from && WORDS.has(value.toUpperCase()) ? value.toUpperCase() : value,
  );
}

/** Turns the values the mock returns into what Redis sends: no fractions, no objects, no booleans. */
function toReply(value: unknown, fromScript: boolean): Reply {
  if (value === null || value === undefined || value === false) return null;
  if (value === true) return 1;
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === "number") {
    if (Number.isInteger(value)) return value;
    return fromScript ? Math.trunc(value) : Buffer.from(String(value));
  }
  if (Array.isArray(value)) return value.map((item) => toReply(item, fromScript));
  if (typeof value === "object")
    return Object.entries(value)
      .flat()
      .map((item) => toReply(item, fromScript));
  return Buffer.from(String(value));
}

function message(error: unknown): string {
  const text = scriptError(error instanceof Error ? error.message : String(error));
  return /^[A-Z]+ /.test(text) ? text : `ERR ${text}`;
}

const commandTable = z.array(z.tuple([z.string(), z.number()], z.unknown()));

/** How many words each Redis command takes; a negative number is a minimum. The mock does not check it. */
async function readArities(redis: Redis): Promise<Map<string, number>> {
  // Without a subcommand it lists all, which the types of ioredis do not know.
  const list: unknown = await Reflect.apply(redis.command, redis, []);
  const table = commandTable.parse(list);
  return new Map(table.map(([name, arity]) => [name.toLowerCase(), arity]));
}

/** A store in the memory of this process: for trying things out and for tests. All is lost at the end. */
export async function openMemoryStore(): Promise<Store> {
  // Instances of the mock share their data by host and port: a name of its own keeps this one apart.
  const redis = new RedisMock({ host: randomUUID() });
  const methods: object = redis;
  const arities = await readArities(redis);

  function call([word, ...values]: Command): Promise<unknown> {
    const name = word.toLowerCase();
    const method: unknown = Object.hasOwn(methods, name) ? Reflect.get(methods, name) : undefined;
    const missing = new Error(
      `ERR the memory store has no command '${word}': install redis-server or set REDIS_URL`,
    );
    const arity = arities.get(name);
    if (arity === undefined) return Promise.reject(new Error(`ERR unknown command '${word}'`));
    if (typeof method !== "function" || NOT_COMMANDS.has(name)) return Promise.reject(missing);
    const count = values.length + 1;
    if (arity < 0 ? count < -arity : count !== arity) {
      return Promise.reject(new Error(`ERR wrong number of arguments for '${name}' command`));
    }
    try {
      const [script = "", ...rest] = values;
      const prepared = name === "eval" ? [forMemory(script), ...rest] : withCapitals(name, values);
      return Promise.resolve(method.apply(redis, prepared));
    } catch (error) {
      return Promise.reject(error instanceof TypeError ? missing : error);
    }
  }

  async function run(commands: Command[]): Promise<Outcome[]> {
    // The mock works before it returns its promise: one loop without awaiting is one transaction.
    const settled = await Promise.allSettled(commands.map(call));
    return settled.map((outcome, index): Outcome => {
      if (outcome.status === "rejected") return { error: message(outcome.reason) };
      const fromScript = /^eval/i.test(commands[index]?.[0] ?? "");
      return { result: toReply(outcome.value, fromScript) };
    });
  }

  return {
    kind: "memory",
    describe: "memory: no redis-server was found, so events that wait and counters are lost at a restart",
    run,
    transaction: run,
    stop: async () => {
      await redis.flushall();
      redis.disconnect();
    },
  };
}
