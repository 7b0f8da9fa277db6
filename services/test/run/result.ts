/** What a runner did. A reason says what is missing: "../shared/data", "Chromium (run: …)". */
export type Result = {
  passed: number;
  failed: number;
  /** Skipped tests by what they need. */
  skipped: Map<string, number>;
  /** One line for each thing that went wrong besides a test. */
  faults: string[];
};

export function emptyResult(): Result {
  return { passed: 0, failed: 0, skipped: new Map(), faults: [] };
}

/** One thing that passed or failed as a whole. */
export function single(isPassed: boolean, fault: string): Result {
  return {
    ...emptyResult(),
    passed: isPassed ? 1 : 0,
    failed: isPassed ? 0 : 1,
    faults: isPassed ? [] : [fault],
  };
}

/** A failure that is no test's: it counts as one. */
export function addFault(result: Result, fault: string): void {
  result.failed++;
  result.faults.push(fault);
}

/** Counts a skipped test under what its words say that it needs, else under its own name. */
export function addSkipped(result: Result, words: string): void {
  const need = /\bneeds ((?:[^()]|\([^()]*\))+)/.exec(words)?.[1]?.trim() ?? `something unsaid: ${words}`;
  result.skipped.set(need, (result.skipped.get(need) ?? 0) + 1);
}

export function sumOf(results: readonly Result[]): Result {
  const sum = emptyResult();
  for (const { passed, failed, skipped, faults } of results) {
    sum.passed += passed;
    sum.failed += failed;
    sum.faults.push(...faults);
    for (const [need, count] of skipped) sum.skipped.set(need, (sum.skipped.get(need) ?? 0) + count);
  }
  return sum;
}

/** The closing lines: what went wrong and what could not run, one line each, and the sum alone on the last. */
export function closingLines(sum: Result): string[] {
  const skips = [...sum.skipped].map(([need, count]) => {
    return count === 1 ? `skipped: 1 test needs ${need}` : `skipped: ${count} tests need ${need}`;
  });
  const skipped = [...sum.skipped.values()].reduce((total, count) => total + count, 0);
  const last = `${sum.passed} passed, ${sum.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return [...sum.faults.map((fault) => `failed: ${fault}`), ...skips, last];
}
