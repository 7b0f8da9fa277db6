import { expect, test } from "vitest";
import { normalPath } from "@/lib/guard/normal-path";
import { POLICIES, policyFor } from "@/lib/guard/policy";

test.each([
  "/ip-tracking/login",
  "/ip-tracking/login/",
  "//ip-tracking//login/",
  "/IP-Tracking/LOGIN/",
  "/ip-tracking/%6cogin/",
  "/ip-tracking/./login",
  "/x/../ip-tracking/login",
  "\\ip-tracking\\login",
  "/api/auth/callback/credentials",
  "/api/auth/callback/credentials/",
])("%s counts as a sign-in attempt", (path) => {
  expect(policyFor(path)).toBe("login");
});

test.each([
  ["/ip-tracking/test-geo/", "test-geo"],
  ["/api/live", "api"],
  ["/api/auth/session", "api"],
  ["/api/inngest", null],
  ["/api/health", null],
  ["/apiary", null],
  ["/", null],
  ["/login", null],
  ["/ip-tracking/login-help", null],
  ["/%ff%fe/ip-tracking", null],
])("%s is counted by %s", (path, policy) => {
  expect(policyFor(path)).toBe(policy);
});

test.each([
  ["/a//b/", "/a/b"],
  ["", "/"],
  ["/", "/"],
  ["/../..", "/"],
  ["/a%2Fb", "/a/b"],
  ["/%zz", "/%zz"],
  ["/a/.../b", "/a/.../b"],
])("%s is compared as %s", (path, normal) => {
  expect(normalPath(path)).toBe(normal);
});

test("the limits are those that the older system's users know", () => {
  expect([POLICIES.login.anonymous, POLICIES.login.user, POLICIES.login.windowSeconds]).toEqual([5, 10, 60]);
  expect([
    POLICIES["test-geo"].anonymous,
    POLICIES["test-geo"].user,
    POLICIES["test-geo"].windowSeconds,
  ]).toEqual([5, 10, 60]);
});
