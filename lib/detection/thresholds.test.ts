import { expect, test } from "vitest";
import {
  isFixedByEnvironment,
  THRESHOLD_NAMES,
  THRESHOLDS,
  thresholdsFrom,
} from "@/lib/detection/thresholds";

test("the defaults are the parent's where it had one", () => {
  expect(thresholdsFrom()).toMatchObject({
    requests: 100,
    sensitivePaths: ["/admin/", "/login/", "/api/auth/"],
  });
});

test("the environment comes first, then what is stored, then the default", () => {
  const stored = { requests: 50, failedPaths: 7 };
  const thresholds = thresholdsFrom({ SUSPICIOUS_REQUEST_THRESHOLD: "200" }, stored);
  expect(thresholds).toMatchObject({ requests: 200, failedPaths: 7, loginFailures: 5 });
  expect(isFixedByEnvironment({ SUSPICIOUS_REQUEST_THRESHOLD: "200" }, "requests")).toBe(true);
  expect(isFixedByEnvironment({ SUSPICIOUS_REQUEST_THRESHOLD: " " }, "requests")).toBe(false);
});

test("an empty variable counts as absent", () => {
  expect(thresholdsFrom({ SUSPICIOUS_REQUEST_THRESHOLD: "", SENSITIVE_PATHS: " " })).toEqual(
    thresholdsFrom(),
  );
});

test("sensitive paths are read from a list with commas, and the whole site cannot be one", () => {
  const { sensitivePaths } = thresholdsFrom({ SENSITIVE_PATHS: "/intern/, /api/keys/,,admin,/" });
  expect(sensitivePaths).toEqual(["/intern/", "/api/keys/"]);
  expect(thresholdsFrom({}, { sensitivePaths: ["/intern/"] }).sensitivePaths).toEqual(["/intern/"]);
});

test("a wrong variable is refused by name, with what it means", () => {
  const read = () => thresholdsFrom({ SUSPICIOUS_REQUEST_THRESHOLD: "many" });
  expect(read).toThrow('SUSPICIOUS_REQUEST_THRESHOLD is "many". More requests than this in an hour');
});

test("a stored value that is impossible counts as absent", () => {
  expect(thresholdsFrom({}, { requests: -4, failedPaths: "x", sensitivePaths: 7 })).toEqual(thresholdsFrom());
});

test("every threshold has its own variable and a sentence", () => {
  const variables = THRESHOLD_NAMES.map((name) => THRESHOLDS[name].env);
  expect(new Set(variables).size).toBe(variables.length);
  for (const name of THRESHOLD_NAMES) {
    expect(THRESHOLDS[name].env).toMatch(/^[A-Z][A-Z_]+$/);
    expect(THRESHOLDS[name].sentence).toMatch(/^[A-Z].+\.$/);
  }
});
