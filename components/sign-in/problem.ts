import { formatWait } from "@/lib/format";

/** Why signing in did not work: as the server says in `?error=`, or as its answer to the form's script shows. */
export const SIGN_IN_PROBLEMS = [
  "refused",
  "missing",
  "code-required",
  "code-wrong",
  "exceeded",
  "unavailable",
] as const;
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];

export function isSignInProblem(text: unknown): text is SignInProblem {
  return SIGN_IN_PROBLEMS.some((problem) => problem === text);
}

/** A sentence on what happened and what to do. */
export function problemText(problem: SignInProblem, retryAfterSeconds = 60): string {
  switch (problem) {
    case "refused":
      return "Wrong username or password.";
    case "missing":
      return "Enter a username and a password.";
    case "code-required":
      return "Enter your password once more, and the code of your authenticator app.";
    case "code-wrong":
      return "This code is not right, or was used before. Wait for the next one and try again.";
    case "exceeded":
      return `Too many attempts to sign in. Please wait ${formatWait(retryAfterSeconds)} and try again.`;
    case "unavailable":
      return "Signing in is not possible at the moment: the counter of attempts does not answer. Try again in a minute.";
  }
}

/** Whether the problem is the code, so that the form has a field for it. */
export function isCodeProblem(problem: SignInProblem): boolean {
  return problem === "code-required" || problem === "code-wrong";
}

/** The sentence for an answer of the login endpoint that is no success. */
export function answerProblem(status: number, retryAfter: string | null): string {
  if (status === 401) return problemText("refused");
  if (status === 400) return problemText("missing");
  const seconds = Number(retryAfter);
  if (status === 429) return problemText("exceeded", Number.isFinite(seconds) && seconds > 0 ? seconds : 60);
  if (status === 403) return "This address is blocked, or the form was sent from another site.";
  return "The server did not answer as it should. Try again in a minute.";
}
