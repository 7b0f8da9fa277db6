"use server";

import { revalidatePath } from "next/cache";
import { readRuleChange, readRuleDraft, readRuleId } from "@/app/(dashboard)/rule-input";
import { outcomeOf } from "@/app/(dashboard)/rule-outcome";
import { actorOf, requireAdmin } from "@/app/session";
import type { RuleOutcome } from "@/components/rules/rule-actions";
import { database } from "@/db/client";
import { amendRule, type ChangedRule, endRule, restoreRule, saveRule } from "@/db/enforcement";
import { countNeighbours } from "@/db/request-logs";
import { parseRange } from "@/lib/ip";
import { isVisitorHash } from "@/lib/privacy/hash";
import { rangeUntil } from "@/lib/time-range";

function changed({ rule, published }: ChangedRule): RuleOutcome {
  revalidatePath("/blocked");
  revalidatePath("/allowed");
  return { ok: true, ruleId: rule.id, label: rule.label, outcome: "changed", isPublished: published };
}

/** Blocks or allows a target, or changes the rule that does so already. */
export async function saveRuleAction(form: FormData): Promise<RuleOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    const draft = readRuleDraft(form, new Date());
    const saved = await saveRule(draft, await actorOf(admin));
    return { ...changed(saved), outcome: saved.outcome } as RuleOutcome;
  });
}

/** Changes the reason, the note or the end of a rule. */
export async function amendRuleAction(form: FormData): Promise<RuleOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    const { id, change } = readRuleChange(form, new Date());
    return changed(await amendRule(id, change, await actorOf(admin)));
  });
}

/** Lifts a block, or takes a target off the allow list. */
export async function endRuleAction(id: number): Promise<RuleOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    return changed(await endRule(readRuleId(id), await actorOf(admin)));
  });
}

/** Takes the end of a rule back. */
export async function restoreRuleAction(id: number): Promise<RuleOutcome> {
  return outcomeOf(async () => {
    const admin = await requireAdmin();
    return changed(await restoreRule(readRuleId(id), await actorOf(admin)));
  });
}

/** How many others a block of the network would hit: visitors of it in the last 30 days. */
export async function countNeighboursAction(network: string, ipHash: string): Promise<number | null> {
  await requireAdmin();
  // What a page says of its types, a caller need not keep to.
  if (typeof network !== "string" || typeof ipHash !== "string") return null;
  if (!parseRange(network)?.prefix || !isVisitorHash(ipHash)) return null;
  return countNeighbours(database(), network, ipHash, rangeUntil(new Date(), "30d"));
}
