import { z } from "zod";
import { AppError } from "@/lib/errors";
import { endOf, RULE_DURATIONS } from "@/lib/rule-duration";

export const ruleText = z.string().trim().max(500, "Reason and note hold 500 characters at most.");
const id = z.coerce.number().int().positive();

/** The fields of a form that say how long a rule is to hold. */
export const ruleExpiry = {
  duration: z.enum([...RULE_DURATIONS, "until", "keep"], "Choose how long the rule is to hold."),
  until: z.iso.datetime({ offset: true }).optional().or(z.literal("")),
};

const draft = z.object({
  action: z.enum(["block", "allow"]),
  target: z.string().trim().min(1, "Enter an address or a range."),
  network: z.string().optional(),
  reason: ruleText,
  note: ruleText.optional(),
  force: z.literal("on").optional(),
  ...ruleExpiry,
});

const change = z.object({ id, reason: ruleText, note: ruleText, ...ruleExpiry });

/** The fields of what should be a form: an action can be called with anything. */
export function fieldsOf(form: unknown): Record<string, unknown> {
  return form instanceof FormData ? Object.fromEntries(form) : {};
}

function read<T extends z.ZodType>(schema: T, form: unknown): z.infer<T> {
  const parsed = schema.safeParse(fieldsOf(form));
  if (parsed.success) return parsed.data;
  throw new AppError("bad-input", parsed.error.issues[0]?.message ?? "Something in the form is not right.");
}

type Expiry = { duration: z.infer<typeof ruleExpiry.duration>; until?: string };

/** The end that a form asks for; undefined where it is to stay as it is. */
export function readExpiry({ duration, until }: Expiry, now: Date): Date | null | undefined {
  if (duration === "keep") return undefined;
  if (duration !== "until") return endOf(duration, now);
  if (!until) throw new AppError("bad-input", "Enter the day and the time until which the rule is to hold.");
  return new Date(until);
}

/** A new rule as the form has it. */
export function readRuleDraft(form: unknown, now: Date) {
  const { duration, until, force, network, ...rest } = read(draft, form);
  const expiresAt = readExpiry({ duration, until }, now) ?? null;
  return { ...rest, network: network || null, expiresAt, force: force === "on" };
}

/** A change of a rule as the form has it. */
export function readRuleChange(form: unknown, now: Date) {
  const { duration, until, id: ruleId, ...said } = read(change, form);
  const expiresAt = readExpiry({ duration, until }, now);
  return { id: ruleId, change: { ...said, ...(expiresAt === undefined ? {} : { expiresAt }) } };
}

export function readRuleId(value: unknown): number {
  const parsed = id.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("bad-input", "Which rule is not said.");
}
