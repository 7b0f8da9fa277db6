import { and, eq, sql } from "drizzle-orm";
import { writeAudit } from "@/db/audit-logs";
import { type Database, database, type Querier, sqlState } from "@/db/client";
import { findActiveRule, findAllowRule, type IpRuleView, type RuleAction, viewOf } from "@/db/ip-rules";
import { countRuleChange, publishRuleSet } from "@/db/publish";
import { type IpRule, ipRules } from "@/db/schema";
import { readEnv, required } from "@/lib/env";
import { AppError, messageOf } from "@/lib/errors";
import { parseTarget, type RuleTarget, targetHolds, touchesLoopback } from "@/lib/guard/rule-target";
import { formatRange, type Ip } from "@/lib/ip";
import { edgeStore } from "@/lib/redis";

export type RuleOrigin = "manual" | "cli" | "api" | `detection:${string}` | `feed:${string}`;

export type Actor = {
  name: string;
  origin: RuleOrigin;
  /** The address of the actor's own session, which is not blocked without `force`. */
  ownIp: Ip | null;
};

export type RuleDraft = {
  action: RuleAction;
  /** What a person types: an address, a CIDR range, or a visitor's hash (then with `network`). */
  target: string;
  network?: string | null;
  reason: string;
  note?: string;
  expiresAt: Date | null;
  force?: boolean;
};

export type SavedRule = { rule: IpRuleView; outcome: "created" | "updated"; published: boolean };
export type ChangedRule = { rule: IpRuleView; published: boolean };

export type EnforcementDeps = {
  db: Database;
  publish: () => Promise<unknown>;
  privacy: "hashed" | "plain";
  hashKey: string;
  warn: (message: string) => void;
};

/** What the verbs below work with in this process, from the environment. */
export function enforcementDeps(): EnforcementDeps {
  const env = readEnv();
  const db = database();
  return {
    db,
    publish: () => publishRuleSet(db, edgeStore(env, { timeoutMs: 5000, retries: 2 })),
    privacy: env.IP_PRIVACY,
    hashKey: required(env, "IP_HASH_KEY"),
    warn: (message) => console.warn(message),
  };
}

const TEXT_MAX = 500;

/**
 * Blocks or allows a target, or changes the rule that does so already, and puts it in force at every door.
 * @throws AppError `bad-input` for a target that is none or a date in the past; `protected` where it is and nobody insists.
 */
export async function saveRule(draft: RuleDraft, actor: Actor, deps = enforcementDeps()): Promise<SavedRule> {
  const target = parseTarget(draft.target, draft.network ?? null, deps);
  checkExpiry(draft.expiresAt);
  const saved = await deps.db.transaction(async (transaction) => {
    if (draft.action === "block" && !draft.force)
      await refuseProtected(transaction, target, actor, deps.hashKey);
    return upsert(transaction, draft, target, actor);
  });
  return { ...saved, published: await published(deps) };
}

/** Changes what is said about a rule, or when it ends. */
export async function amendRule(
  id: number,
  change: { reason?: string; note?: string; expiresAt?: Date | null },
  actor: Actor,
  deps = enforcementDeps(),
): Promise<ChangedRule> {
  if (change.expiresAt !== undefined) checkExpiry(change.expiresAt);
  const set = {
    ...(change.reason === undefined ? {} : { reason: change.reason.slice(0, TEXT_MAX) }),
    ...(change.note === undefined ? {} : { note: change.note.slice(0, TEXT_MAX) }),
    ...(change.expiresAt === undefined ? {} : { expiresAt: change.expiresAt }),
  };
  return changeRule(id, "change-rule", actor, set, deps);
}

/** Lifts a block, or takes an address off the allow list. */
export async function endRule(id: number, actor: Actor, deps = enforcementDeps()): Promise<ChangedRule> {
  return changeRule(id, "end-rule", actor, { isActive: false }, deps);
}

/** Takes the end of a rule back. */
export async function restoreRule(id: number, actor: Actor, deps = enforcementDeps()): Promise<ChangedRule> {
  return changeRule(id, "restore-rule", actor, { isActive: true }, deps);
}

/**
 * Lifts the rule of this action on a target.
 * @throws AppError `not-found` where no such rule is active.
 */
export async function endRuleOn(
  text: string,
  action: RuleAction,
  actor: Actor,
  deps = enforcementDeps(),
): Promise<ChangedRule> {
  const { target } = parseTarget(text, "0.0.0.0/0", deps);
  const rule = await findActiveRule(deps.db, action, target);
  if (!rule) throw new AppError("not-found", `There is no ${action} rule on ${text.trim()}.`);
  return endRule(rule.id, actor, deps);
}

async function changeRule(
  id: number,
  verb: string,
  actor: Actor,
  set: Partial<IpRule>,
  deps: EnforcementDeps,
): Promise<ChangedRule> {
  const rule = await deps.db.transaction(async (transaction) => {
    const [before] = await transaction.select().from(ipRules).where(eq(ipRules.id, id)).for("update");
    if (!before) throw new AppError("not-found", `There is no rule ${id}.`);
    const [after] = await writeRule(transaction, id, set);
    await audit(transaction, verb, actor, before, after as IpRule);
    return viewOf(after as IpRule);
  });
  return { rule, published: await published(deps) };
}

async function writeRule(db: Querier, id: number, set: Partial<IpRule>): Promise<IpRule[]> {
  try {
    return await db
      .update(ipRules)
      .set({ ...set, updatedAt: sql`now()` as unknown as Date })
      .where(eq(ipRules.id, id))
      .returning();
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new AppError("conflict", "Meanwhile another rule for the same target is active: change that one.", {
      cause: error,
    });
  }
}

async function upsert(db: Querier, draft: RuleDraft, target: RuleTarget, actor: Actor) {
  const [before] = await db
    .select()
    .from(ipRules)
    .where(
      and(eq(ipRules.action, draft.action), eq(ipRules.target, target.target), eq(ipRules.isActive, true)),
    )
    .for("update");
  const said = {
    reason: draft.reason.trim().slice(0, TEXT_MAX),
    ...(draft.note === undefined ? {} : { note: draft.note.trim().slice(0, TEXT_MAX) }),
    origin: actor.origin,
    expiresAt: draft.expiresAt,
  };
  const [after] = await db
    .insert(ipRules)
    .values({
      action: draft.action,
      target: target.target,
      targetKind: target.kind,
      network: target.network,
      createdBy: actor.name,
      ...said,
    })
    .onConflictDoUpdate({
      target: [ipRules.action, ipRules.target],
      targetWhere: sql`${ipRules.isActive}`,
      set: { ...said, updatedAt: sql`now()` },
    })
    .returning();
  await audit(db, before ? "change-rule" : draft.action, actor, before ?? null, after as IpRule);
  return { rule: viewOf(after as IpRule), outcome: before ? ("updated" as const) : ("created" as const) };
}

async function refuseProtected(
  db: Querier,
  target: RuleTarget,
  actor: Actor,
  hashKey: string,
): Promise<void> {
  if (touchesLoopback(target)) {
    throw new AppError("protected", "That would block this machine itself (loopback).");
  }
  if (actor.ownIp && targetHolds(target, actor.ownIp, hashKey)) {
    throw new AppError("protected", "That would block the address of your own session.");
  }
  const allowed = await findAllowRule(
    db,
    target.target,
    target.range ? formatRange(target.range) : target.network,
  );
  if (allowed) {
    const subject =
      allowed.target === target.target ? "It is on the allow list" : `${allowed.label} is on the allow list`;
    throw new AppError(
      "protected",
      `${subject} (rule ${allowed.id}), which wins over a block: end that rule first.`,
    );
  }
}

function checkExpiry(expiresAt: Date | null): void {
  if (expiresAt && !(expiresAt.getTime() > Date.now())) {
    throw new AppError("bad-input", "The end of the rule lies in the past: choose a time to come, or none.");
  }
}

/** Leaves the trace of a change, and lets publications know that there is one. */
async function audit(
  db: Querier,
  action: string,
  actor: Actor,
  before: IpRule | null,
  after: IpRule,
): Promise<void> {
  const entry = {
    actor: actor.name,
    action,
    subject: `rule:${after.id}`,
    before: before && spoken(before),
    after: spoken(after),
  };
  await writeAudit(db, entry);
  await countRuleChange(db);
}

function spoken(rule: IpRule): Record<string, unknown> {
  const { action, reason, note, origin, isActive } = rule;
  return {
    action,
    target: viewOf(rule).label,
    reason,
    note,
    origin,
    isActive,
    expiresAt: rule.expiresAt?.toISOString() ?? null,
  };
}

// The rule is saved already and publish-rules will carry it to the doors: a dead edge store is no reason to undo it.
async function published(deps: EnforcementDeps): Promise<boolean> {
  try {
    await deps.publish();
    return true;
  } catch (error) {
    deps.warn(
      `The rule is saved, but the edge store does not answer: it will be published as soon as that does. ${messageOf(error)}`,
    );
    return false;
  }
}
