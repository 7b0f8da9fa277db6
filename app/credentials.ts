import { z } from "zod";
import type { Fields } from "@/app/request-fields";

/** One text for every cause, so that nobody learns which usernames exist. */
export const WRONG_CREDENTIALS = "Wrong username or password.";

/** What is told to who has the right password, and no or a wrong code. */
export const CODE_PROBLEMS = {
  "code-required": "Send the code of your authenticator app, or a recovery code, as well.",
  "code-wrong": "This code is not right, or was used before.",
} as const;

const credentials = z.object({
  username: z.string().trim().min(1),
  password: z.string().min(1),
  code: z
    .string()
    .trim()
    .nullish()
    .transform((code) => code || null),
});

export type Credentials =
  | { ok: true; username: string; password: string; code: string | null }
  | { ok: false; error: string };

/** Username, password and, of two-step sign-in, the code among the fields of a request, or a sentence that names what is missing or wrong. */
export function readCredentials(fields: Fields): Credentials {
  const parsed = credentials.safeParse(fields);
  if (parsed.success) return { ok: true, ...parsed.data };
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  const problems = names.map((name) => {
    const value = fields[name];
    const isMissing = value === undefined || value === null || typeof value === "string";
    return isMissing ? `${name} is missing` : `${name} must be a text`;
  });
  return { ok: false, error: `${problems.join(", ")}.` };
}
