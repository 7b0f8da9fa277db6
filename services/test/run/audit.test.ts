import { expect, test } from "vitest";
import { readAudit } from "@/services/test/run/audit";
import { closingLines } from "@/services/test/run/result";

const answered = (high: number, severity: string) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: { "some-package": { name: "some-package", severity, via: [] } },
    metadata: { vulnerabilities: { info: 0, low: 0, moderate: 1, high, critical: 0, total: 1 } },
  });

test("an audit that nobody answers is neither passed nor failed, and says what it needs", () => {
  for (const text of ["", "<html>", '{"message":"405 Method Not Allowed","statusCode":405}']) {
    expect(closingLines(readAudit(text))).toEqual([
      "skipped: 1 test needs a registry that answers audits",
      "0 passed, 0 failed, 1 skipped",
    ]);
  }
});

test("an audit fails by what is high or critical, and names it", () => {
  expect(closingLines(readAudit(answered(0, "moderate")))).toEqual(["1 passed, 0 failed"]);
  expect(closingLines(readAudit(answered(1, "high")))).toEqual([
    "failed: the audit of packages: some-package (high)",
    "0 passed, 1 failed",
  ]);
});
