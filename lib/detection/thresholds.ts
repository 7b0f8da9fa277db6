import { z } from "zod";

type Threshold = {
  /** The environment's name for it. */
  readonly env: string;
  readonly sentence: string;
  readonly schema: z.ZodType<number> | z.ZodType<string[]>;
};

const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** `/admin/, /login/` or an array of the same: segments from the start of a path, without empty ones. */
const paths = (fallback: string[]) =>
  z
    .preprocess(
      (value) => (typeof value === "string" ? value.split(",") : value),
      z.array(z.string().trim().max(200)).max(100),
    )
    .transform((list) => list.filter((path) => path.startsWith("/") && path !== "/"))
    .default(fallback);

const of = <Schema extends z.ZodType>(env: string, schema: Schema, sentence: string) => ({
  env,
  schema,
  sentence,
});

/** Every number that a rule compares with: its default, its name in the environment and what it means. */
export const THRESHOLDS = {
  requests: of(
    "SUSPICIOUS_REQUEST_THRESHOLD",
    whole(100, 1, 1_000_000),
    "More requests than this in an hour are suspicious; prefetches, data of an open page and assets do not count.",
  ),
  limitedRequests: of(
    "RATE_LIMITED_REQUESTS",
    whole(5, 1, 1_000_000),
    "Requests in an hour refused because they came too often, from which on a visitor does not care about limits.",
  ),
  sensitivePaths: of(
    "SENSITIVE_PATHS",
    paths(["/admin/", "/login/", "/api/auth/"]),
    "Paths that few visitors need, separated by commas; /admin/ covers everything below it and not /administrators.",
  ),
  sensitivePathRequests: of(
    "SENSITIVE_PATH_REQUESTS",
    whole(20, 1, 100_000),
    "Requests for sensitive paths in an hour from which on a visitor who is not signed in is suspicious.",
  ),
  sensitivePathRefusals: of(
    "SENSITIVE_PATH_REFUSALS",
    whole(5, 1, 100_000),
    "Requests for sensitive paths in an hour that the site answered 401, 403 or 404, from which on they are suspicious.",
  ),
  failedPaths: of(
    "PATH_PROBING_PATHS",
    whole(10, 2, 200),
    "Distinct paths answered 400, 403 or 404 in an hour from which on a visitor is searching for weaknesses.",
  ),
  missingScripts: of(
    "PATH_PROBING_SCRIPTS",
    whole(3, 1, 200),
    "Distinct scripts that the site does not have, asked for in an hour by a visitor whom it served nothing else.",
  ),
  scriptSearchNetworks: of(
    "SCRIPT_SEARCH_NETWORKS",
    whole(3, 2, 1000),
    "Networks from which visitors who are served nothing ask within a day, in different folders, for one missing script.",
  ),
  probes: of(
    "PROBE_REQUESTS",
    whole(1, 1, 1000),
    "Requests in an hour with the mark of an attack (a secret file, a traversal, an injection) that are suspicious.",
  ),
  malformedRequests: of(
    "MALFORMED_REQUESTS",
    whole(1, 1, 10_000),
    "Requests in an hour that are not HTTP, or that no client makes by mistake, that are suspicious.",
  ),
  adminProbes: of(
    "ADMIN_PROBES",
    whole(3, 1, 10_000),
    "Requests in an hour for administration interfaces, whatever their answer, that are suspicious.",
  ),
  adminRefusals: of(
    "ADMIN_PROBE_REFUSALS",
    whole(1, 1, 10_000),
    "Requests in an hour for administration interfaces that the site does not have or refuses, that are suspicious.",
  ),
  loginFailures: of(
    "LOGIN_FAILURES",
    whole(5, 2, 10_000),
    "Failed logins from one address in an hour that are suspicious.",
  ),
  loginAttemptsAnyPace: of(
    "LOGIN_ATTEMPTS_ANY_PACE",
    whole(20, 2, 100_000),
    "Logins sent by one address in an hour that are suspicious at any pace, where their failure cannot be seen.",
  ),
  loginAttempts: of(
    "LOGIN_ATTEMPTS",
    whole(6, 2, 10_000),
    "Logins sent by one address at the pace of a program, whatever the answer, that are suspicious.",
  ),
  loginAttemptsPerMinute: of(
    "LOGIN_ATTEMPTS_PER_MINUTE",
    whole(3, 1, 10_000),
    "Logins sent a minute from which on a program is at work and not a person who mistypes.",
  ),
  stuffingFailures: of(
    "CREDENTIAL_STUFFING_FAILURES",
    whole(20, 2, 100_000),
    "Failed logins from one network in an hour that are suspicious where they come from several visitors or names.",
  ),
  stuffingVisitors: of(
    "CREDENTIAL_STUFFING_VISITORS",
    whole(3, 2, 10_000),
    "Visitors of one network, or names that they tried, that must share these failures.",
  ),
  crawlPaths: of(
    "CRAWL_PATHS",
    whole(60, 5, 250),
    "Distinct pages in an hour from which on a visitor copies the site, unless it is a crawler that behaves.",
  ),
  crawlPathsPerMinute: of(
    "CRAWL_PATHS_PER_MINUTE",
    whole(20, 1, 250),
    "Distinct pages a minute that nobody reads at.",
  ),
  crawlerRequests: of(
    "CRAWLER_REQUEST_THRESHOLD",
    whole(1000, 1, 10_000_000),
    "Requests an hour that a crawler may make whose addresses nobody publishes; verified ones have no limit here.",
  ),
  userAgents: of(
    "USER_AGENT_SWITCHES",
    whole(10, 2, 100),
    "Distinct user agents of one address in an hour that are suspicious, unless its network is shared by many people.",
  ),
  slowHours: of(
    "LOW_AND_SLOW_HOURS",
    whole(4, 2, 24),
    "Hours of a day with requests in them from which on few requests an hour may be a patient search.",
  ),
  slowProbes: of(
    "LOW_AND_SLOW_PROBES",
    whole(6, 2, 1000),
    "Requests of such a search, over a day, that ask for what the site does not have.",
  ),
  slowRequestsPerHour: of(
    "LOW_AND_SLOW_REQUESTS_PER_HOUR",
    whole(10, 1, 1000),
    "Requests per active hour up to which a visitor counts as slow.",
  ),
  spikeFactor: of(
    "TRAFFIC_SPIKE_FACTOR",
    whole(4, 2, 1000),
    "How many times the usual requests of this hour of the week are a spike.",
  ),
  spikeRequests: of(
    "TRAFFIC_SPIKE_REQUESTS",
    whole(500, 1, 100_000_000),
    "Requests an hour below which nothing is called a spike.",
  ),
  distributedVisitors: of(
    "DISTRIBUTED_VISITORS",
    whole(3, 2, 1000),
    "Suspicious visitors of one network from which on the network itself is proposed.",
  ),
} as const satisfies Record<string, Threshold>;

export type ThresholdName = keyof typeof THRESHOLDS;
export type Thresholds = { readonly [Name in ThresholdName]: z.output<(typeof THRESHOLDS)[Name]["schema"]> };
export const THRESHOLD_NAMES = Object.keys(THRESHOLDS) as ThresholdName[];

type Stored = Partial<Record<ThresholdName, unknown>>;

/**
 * The thresholds in force: the environment first, then what is stored in the settings, then the default. A stored value
 * that is no longer possible counts as absent.
 * @throws Error naming the variable of the environment that is wrong.
 */
export function thresholdsFrom(
  env: Record<string, string | undefined> = {},
  stored: Stored = {},
): Thresholds {
  const entries = THRESHOLD_NAMES.map((name) => {
    const { env: variable, schema, sentence } = THRESHOLDS[name];
    const given = env[variable]?.trim();
    if (given) {
      const parsed = schema.safeParse(given);
      if (!parsed.success) throw new Error(`${variable} is "${given}". ${sentence}`);
      return [name, parsed.data];
    }
    const parsed = schema.safeParse(stored[name]);
    return [name, parsed.success ? parsed.data : schema.parse(undefined)];
  });
  return Object.fromEntries(entries) as Thresholds;
}

/** Whether a threshold is fixed by the environment, so that the page "Settings" cannot change it. */
export function isFixedByEnvironment(env: Record<string, string | undefined>, name: ThresholdName): boolean {
  return Boolean(env[THRESHOLDS[name].env]?.trim());
}
