import { z } from "zod";
import { addFault, addSkipped, emptyResult, type Result } from "@/services/test/run/result";

const report = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** Counts what vitest's JSON reporter wrote. */
export function readVitestReport(text: string): Result {
  const { success, testResults } = report.parse(JSON.parse(text));
  const result = emptyResult();
  for (const { name, status, assertionResults } of testResults) {
    for (const test of assertionResults) {
      if (test.status === "passed") result.passed++;
      else if (test.status === "failed") result.failed++;
      else addSkipped(result, test.fullName);
    }
    const isTold = assertionResults.some((test) => test.status === "failed");
    if (status === "failed" && !isTold) addFault(result, `${name} could not be run`);
  }
  if (!success && result.failed === 0) addFault(result, "vitest met errors outside of tests");
  return result;
}
