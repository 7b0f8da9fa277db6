import { z } from "zod";
import { FORWARDED_HEADERS } from "@/lib/client-ip";

const text = z.string().trim().min(1);
const optional = text.optional();
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const schema = z.object({
  DATABASE_URL: optional,
  UPSTASH_REDIS_REST_URL: z.url().optional(),
  UPSTASH_REDIS_REST_TOKEN: optional,
  NEXTAUTH_SECRET: optional,
  NEXTAUTH_URL: z.url().optional(),
  IP_HASH_KEY: optional,
  EVENT_SEAL_KEY: optional,
  IP_PRIVACY: z.enum(["hashed", "plain"]).default("hashed"),
  TRUSTED_PROXIES: z.string().optional(),
  TRUSTED_PLATFORM: z.enum(["none", "vercel", "cloudflare"]).optional(),
  FORWARDED_HEADER: z.enum(FORWARDED_HEADERS).default(FORWARDED_HEADERS[0]),
  FAIL_MODE: z.enum(["open", "closed"]).default("open"),
  /** Seconds that a door uses its rule set before it asks for a newer one. */
  RULE_SET_TTL: z.coerce.number().min(0.05).max(60).default(1),
  /** Milliseconds that a door gathers events at the most; where visitors follow, they go with the next question for rules. */
  EVENT_FLUSH_MS: whole(10_000, 50, 30_000),
  /** Events that may wait in the edge store before further ones are dropped and counted. */
  EVENT_BUFFER_MAX: whole(200_000, 1000, 10_000_000),
  RETENTION_DAYS: whole(30, 1, 3650),
  ROLLUP_RETENTION_MONTHS: whole(13, 1, 120),
  GEOIP_CITY_DB: optional,
  GEOIP_ASN_DB: optional,
  SITE_NAME: text.default("Gatehouse"),
  VERCEL: optional,
});

export type Env = z.infer<typeof schema>;

const MEANT: Partial<Record<keyof Env, string>> = {
  UPSTASH_REDIS_REST_URL: "an address such as https://name.upstash.io",
  NEXTAUTH_URL: "the site's address, such as https://gate.example.com",
  IP_PRIVACY: "hashed or plain",
  TRUSTED_PLATFORM: "none, vercel or cloudflare",
  FORWARDED_HEADER: FORWARDED_HEADERS.join(" or "),
  FAIL_MODE: "open or closed",
  RULE_SET_TTL: "seconds between 0.05 and 60",
  EVENT_FLUSH_MS: "milliseconds between 50 and 30000",
  EVENT_BUFFER_MAX: "a number of events between 1000 and 10000000",
  RETENTION_DAYS: "days between 1 and 3650",
  ROLLUP_RETENTION_MONTHS: "months between 1 and 120",
};

const NAMES = Object.keys(schema.shape);

type Source = Record<string, string | undefined>;
let cached: { values: readonly (string | undefined)[]; env: Env } | null = null;

/**
 * The settings of the environment, parsed. Empty variables count as absent.
 * @throws Error naming every variable that is wrong and what would be right.
 */
export function readEnv(source: Source = process.env): Env {
  const values = NAMES.map((name) => source[name] || undefined);
  const last = cached;
  if (last && values.every((value, at) => value === last.values[at])) return last.env;
  const picked = Object.fromEntries(NAMES.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
  const parsed = schema.safeParse(picked);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
    const wanted = names.map((name) => `${name} must be ${MEANT[name as keyof Env] ?? "a non-empty text"}`);
    throw new Error(`The environment is not right: ${wanted.join("; ")}.`);
  }
  cached = { values, env: parsed.data };
  return parsed.data;
}

/** A value that the caller cannot work without, with one sentence on how to get it. */
export function required(
  env: Env,
  name:
    | "DATABASE_URL"
    | "UPSTASH_REDIS_REST_URL"
    | "UPSTASH_REDIS_REST_TOKEN"
    | "NEXTAUTH_SECRET"
    | "IP_HASH_KEY"
    | "EVENT_SEAL_KEY",
): string {
  const value = env[name];
  if (value) return value;
  throw new Error(`${name} is not set: start Gatehouse with "npm start", or set it (see .env.example).`);
}
