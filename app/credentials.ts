import { z } from "zod";
import type { Fields } from "@/app/request-fields";

/** One text for every cause, so that nobody learns which usernames exist. */
export const WRONG_CREDENTIALS = "Wrong username or password.";

const credentials = z.object({ username: z.string().trim().min(1), password: z.string().min(1) });

export type Credentials = { ok: true; username: string; password: string } | { ok: false; error: string };

/** Username and password among the fields of a request, or a sentence that names what is missing or wrong. */
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
