import { z } from "zod";
import { fieldsOf, readExpiry, ruleExpiry, ruleText } from "@/app/(dashboard)/rule-input";
import type { SuspectVerb } from "@/components/suspicious/suspect-actions";
import { TARGETS_MAX } from "@/db/suspicion-verbs";
import { AppError } from "@/lib/errors";

const UNNAMED = "Which addresses is not said.";
const id = z.coerce
  .number(UNNAMED)
  .int(UNNAMED)
  .positive(UNNAMED)
  .max(2 ** 31 - 1, UNNAMED);
const ids = z
  .array(id, UNNAMED)
  .min(1, "Choose at least one address.")
  .max(TARGETS_MAX, `At most ${TARGETS_MAX} at once.`);

const block = z.object({
  ids: z
    .string(UNNAMED)
    .transform((text): unknown[] => text.split(",").filter(Boolean))
    .pipe(ids),
  reason: ruleText,
  note: ruleText.optional(),
  scope: z.enum(["target", "network"], "Choose the address or its network.").default("target"),
  force: z.literal("on").optional(),
  ...ruleExpiry,
});

const VERBS = ["ignore", "resolve", "reopen", "unblock"] as const satisfies readonly SuspectVerb[];
const undo = z
  .array(z.object({ id, status: z.enum(["open", "blocked", "ignored", "resolved"]) }))
  .min(1)
  .max(TARGETS_MAX);

function read<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("bad-input", parsed.error.issues[0]?.message ?? "Something in the form is not right.");
}

/** A block of suspicious targets as the form has it. */
export function readSuspectBlock(form: unknown, now: Date) {
  const { duration, until, ids, force, ...rest } = read(block, fieldsOf(form));
  const expiresAt = readExpiry({ duration, until }, now) ?? null;
  return { ids, block: { ...rest, expiresAt, force: force === "on" } };
}

export const readSuspectIds = (value: unknown): number[] => read(ids, value);
export const readSuspectVerb = (value: unknown): SuspectVerb =>
  read(z.enum(VERBS, "What to do is not said."), value);
export const readSuspectUndo = (value: unknown) => read(undo, value);
