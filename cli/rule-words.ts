import { formatRelative, formatUtc } from "@/lib/format";
import type { Action } from "@/lib/guard/verdict";
import { parseIp } from "@/lib/ip";

/** What was typed, with the label under which it is kept where that is another: `203.0.113.7 (203.0.113.0/24 · 7f3a9c)`. */
export function nameTarget(typed: string, label: string): string {
  const text = typed.trim();
  return text === label ? label : `${text} (${label})`;
}

/** `for good`, or `until 22 Nov 2025, 14:20:05 UTC, in 24 h`. */
export function untilWhen(expiresAt: Date | null, now: Date): string {
  return expiresAt ? `until ${formatUtc(expiresAt)}, ${formatRelative(expiresAt, now)}` : "for good";
}

/**
 * After a change: says which rule makes that an address is not answered as the change asks for. A dead edge store or a
 * range, of which no single answer is true, leave it unsaid.
 */
export async function sayWhatStandsAgainst(typed: string, wanted: Action): Promise<void> {
  if (!parseIp(typed.trim())) return;
  const { explain } = await import("@/db/why");
  const answer = await explain(typed).catch(() => null);
  if (!answer?.rule || answer.verdict.action === wanted) return;
  const { rule, verdict } = answer;
  const state = verdict.action === "allow" ? "is still let in" : "is still refused";
  console.error(`Note: ${answer.ip} ${state}, by the ${rule.action} rule ${rule.id} on ${rule.label}.`);
}
