import { existsSync, readFileSync } from "node:fs";
import { THRESHOLDS } from "@/lib/detection/thresholds";

/** Variables that a Gatehouse reads, or a program that it starts: those of the user must not reach one under test. */
const OURS =
  /^(DATABASE_URL|REDIS_URL|UPSTASH_\w+|NEXTAUTH_\w+|IP_\w+|EVENT_\w+|TRUSTED_\w+|FORWARDED_HEADER|FAIL_MODE|RULE_SET_TTL|RETENTION_DAYS|ROLLUP_RETENTION_MONTHS|GEOIP_\w+|SITE_NAME|VERCEL\w*|INNGEST_\w+|GATEHOUSE_\w+|PORT|HOST|NODE_OPTIONS|NODE_ENV|PG[A-Z]+)$/;
const THRESHOLD_VARIABLES = new Set<string>(Object.values(THRESHOLDS).map(({ env }) => env));
/** Those that are for the tests themselves. */
const FOR_TESTS = [
  "GATEHOUSE_DATA",
  "GATEHOUSE_TEST_REPORT",
  "GATEHOUSE_FAULT_SECONDS",
  "GATEHOUSE_FAULT_SEED",
];
const ENV_FILES = [".env", ".env.local", ".env.production", ".env.production.local"];

/** This process's environment without the user's Gatehouse in it, for a runner of tests. */
export function testEnvironment(settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  const isOurs = (name: string) => OURS.test(name) || THRESHOLD_VARIABLES.has(name);
  const kept = Object.entries(process.env).filter(([name]) => !isOurs(name) || FOR_TESTS.includes(name));
  const environment: Record<string, string | undefined> = {
    ...Object.fromEntries(kept),
    NEXT_TELEMETRY_DISABLED: "1",
    ...settings,
  };
  // NODE_ENV, which the type wants, is each program's own to choose.
  return environment as NodeJS.ProcessEnv;
}

/** The environment of a product under test: nothing of the user's Gatehouse reaches it, be it set or in a file. */
export function productEnvironment(settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  // A variable that is set, even to nothing, is not read from a file.
  const blanked = Object.fromEntries(namesInEnvFiles().map((name) => [name, ""]));
  const { FORCE_COLOR: _, ...environment } = testEnvironment({ ...blanked, NO_COLOR: "1", ...settings });
  return environment;
}

function namesInEnvFiles(): string[] {
  const texts = ENV_FILES.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  return texts.flatMap((text) =>
    [...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map((found) => found[1] as string),
  );
}
