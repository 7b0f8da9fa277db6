import { findRedisProgram } from "@/services/upstash/redis-process";

const program = await findRedisProgram();

/** True where a missing redis-server must fail the tests instead of skipping some. */
export const mustHaveRedis = process.env.REQUIRE_REDIS === "1";

/** Whether a redis-server or valkey-server is on the PATH. */
export const hasRedis = program !== undefined;

/**
 * The stores behind the local Upstash endpoint that tests run against, for `describe.each`. `note` belongs
 * in the name of every test and says why those of a store are skipped.
 */
export const stores = [
  { store: "memory", missing: false, note: "" },
  {
    store: "redis-server",
    // Demanded and absent, they are not skipped and fail.
    missing: !hasRedis && !mustHaveRedis,
    note: hasRedis || mustHaveRedis ? "" : " (needs redis-server or valkey-server on the PATH)",
  },
] as const;
