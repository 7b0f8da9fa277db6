import { execFile } from "node:child_process";
import { z } from "zod";
import { addSkipped, emptyResult, type Result, single } from "@/services/test/run/result";

const TIMEOUT_MS = 60_000;
const answer = z.object({
  vulnerabilities: z.record(z.string(), z.looseObject({ name: z.string(), severity: z.string() })),
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
});

/** Whether the registry knows of anything high or critical in what the product installs; skipped where it does not say. */
export async function auditPackages(env: NodeJS.ProcessEnv): Promise<Result> {
  const text = await new Promise<string>((resolve) => {
    const command = process.platform === "win32" ? "npm.cmd" : "npm";
    // npm ends with an error where it finds something as well as where nobody answers: what it printed tells them apart.
    execFile(command, ["audit", "--omit=dev", "--json"], { env, timeout: TIMEOUT_MS }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return readAudit(text);
}

/** What an answer of `npm audit --json` says. */
export function readAudit(text: string): Result {
  const read = answer.safeParse(jsonOf(text));
  if (!read.success) {
    const result = emptyResult();
    addSkipped(result, "needs a registry that answers audits");
    return result;
  }
  const { high, critical } = read.data.metadata.vulnerabilities;
  const named = Object.values(read.data.vulnerabilities)
    .filter(({ severity }) => severity === "high" || severity === "critical")
    .map(({ name, severity }) => `${name} (${severity})`);
  return single(high + critical === 0, `the audit of packages: ${named.join(", ")}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
