import { expect, test } from "vitest";
import { answerProblem, isSignInProblem, problemText } from "@/components/sign-in/problem";

test("a limit says in words how long to wait", () => {
  expect(answerProblem(429, "42")).toContain("wait 42 seconds");
  expect(answerProblem(429, "120")).toContain("wait 2 minutes");
  expect(answerProblem(429, null)).toContain("wait 60 seconds");
  expect(answerProblem(429, "Wed, 21 Oct 2025 07:28:00 GMT")).toContain("wait 60 seconds");
});

test("a wrong password and an unknown user read the same", () => {
  expect(answerProblem(401, null)).toBe(problemText("refused"));
});

test("only known problems are taken from a link", () => {
  expect(isSignInProblem("exceeded")).toBe(true);
  expect(isSignInProblem("<b>")).toBe(false);
  expect(isSignInProblem(["refused"])).toBe(false);
});
