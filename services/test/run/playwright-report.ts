import { z } from "zod";
import { addFault, addSkipped, emptyResult, type Result } from "@/services/test/run/result";

const spec = z.object({
  title: z.string(),
  tests: z.array(
    z.object({
      projectName: z.string(),
      status: z.enum(["expected", "unexpected", "flaky", "skipped"]),
      annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })),
      results: z.array(z.object({ status: z.string().optional() })),
    }),
  ),
});
type Spec = z.infer<typeof spec>;
const suite = z.object({
  specs: z.array(spec),
  get suites() {
    return z.array(suite).optional();
  },
});
type Suite = z.infer<typeof suite>;
const report = z.object({
  suites: z.array(suite),
  errors: z.array(z.object({ message: z.string().optional() })),
});

function specsOf(suites: readonly Suite[]): Spec[] {
  return suites.flatMap((one) => [...one.specs, ...specsOf(one.suites ?? [])]);
}

/** Counts what Playwright's JSON reporter wrote. A test that was never begun has failed. */
export function readPlaywrightReport(text: string): Result {
  const { suites, errors } = report.parse(JSON.parse(text));
  const result = emptyResult();
  for (const { title, tests } of specsOf(suites)) {
    for (const test of tests) {
      const reason = test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description;
      if (test.status === "expected") result.passed++;
      else if (test.status !== "skipped") result.failed++;
      else if (test.results.length === 0) addFault(result, `${test.projectName}: "${title}" was not run`);
      else addSkipped(result, reason ?? title);
    }
  }
  for (const { message } of errors) addFault(result, message?.split("\n")[0] ?? "Playwright met an error");
  return result;
}
