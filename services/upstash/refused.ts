import type { Command } from "@/services/upstash/store";

const WAITS = "it waits, and many requests share one connection";
const CONNECTION = "it belongs to a connection, and many requests share one";
const SERVER = "it is for the administration of the server";
const ERASES = "it erases everything";

function all(names: string, reason: string): [string, string][] {
  return names.split(" ").map((name) => [name, reason]);
}

const REFUSED = new Map<string, string>([
  ...all("BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF", WAITS),
  ...all("SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR", CONNECTION),
  ...all("SELECT MULTI EXEC DISCARD WATCH UNWATCH CLIENT HELLO AUTH RESET QUIT ASKING", CONNECTION),
  ...all("READONLY READWRITE SWAPDB", CONNECTION),
  ...all("SHUTDOWN CONFIG DEBUG SAVE BGSAVE BGREWRITEAOF REPLICAOF SLAVEOF SYNC PSYNC", SERVER),
  ...all("REPLCONF FAILOVER CLUSTER ACL MODULE MIGRATE LATENCY SLOWLOG SENTINEL COMMAND", SERVER),
]);

const MAY_BLOCK = new Set(["XREAD", "XREADGROUP"]);
const MAY_ERASE = new Set(["FLUSHALL", "FLUSHDB"]);

function reasonAgainst(command: Command, mayFlush: boolean): string | undefined {
  const name = command[0].toUpperCase();
  if (MAY_ERASE.has(name) && !mayFlush) return ERASES;
  if (MAY_BLOCK.has(name) && command.some((value) => value.toUpperCase() === "BLOCK")) return WAITS;
  if (name === "SCRIPT" && ["KILL", "DEBUG"].includes(command[1]?.toUpperCase() ?? "")) return SERVER;
  return REFUSED.get(name);
}

/** Why this endpoint does not run a command, as Redis would word an error; undefined when it does. */
export function refusal(command: Command, options: { mayFlush: boolean }): string | undefined {
  const reason = reasonAgainst(command, options.mayFlush);
  return reason && `ERR Command is not available: '${command[0]}' (${reason})`;
}
