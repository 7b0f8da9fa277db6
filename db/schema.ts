import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  cidr,
  index,
  inet,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { instant } from "@/db/columns";
import type { RunDetails, SuspicionDetails } from "@/db/suspicion-details";

export * from "@/db/schema-requests";

export const ruleAction = pgEnum("rule_action", ["allow", "block"]);
export const targetKind = pgEnum("target_kind", ["address", "range", "hash"]);

export const ipRules = pgTable(
  "ip_rules",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    action: ruleAction().notNull(),
    /** Canonical: `203.0.113.7`, `203.0.113.0/24`, or 32 hex digits where the kind is `hash`. */
    target: text().notNull(),
    targetKind: targetKind("target_kind").notNull(),
    /** The target's /24 or /48, so that a hash can be shown as `203.0.113.0/24 · 7f3a9c`. */
    network: cidr(),
    reason: text().notNull().default(""),
    note: text().notNull().default(""),
    /** `manual`, `cli`, `api`, `detection:<rule>` or `feed:<name>`. */
    origin: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    expiresAt: instant("expires_at"),
    isActive: boolean("is_active").notNull().default(true),
  },
  (table) => [
    uniqueIndex("ip_rules_active_target").on(table.action, table.target).where(sql`${table.isActive}`),
    index("ip_rules_expiry").on(table.expiresAt).where(sql`${table.isActive}`),
    index("ip_rules_network").using("gist", table.network.op("inet_ops")).where(sql`${table.isActive}`),
  ],
);

export const auditLogs = pgTable(
  "audit_logs",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    occurredAt: instant("occurred_at").notNull().defaultNow(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    before: jsonb(),
    after: jsonb(),
  },
  (table) => [index("audit_logs_time").on(table.occurredAt)],
);

/** Small named values: settings of an administrator, and what jobs remember between runs. */
export const settings = pgTable("settings", {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
  updatedBy: text("updated_by").notNull(),
});

export const suspiciousStatus = pgEnum("suspicious_status", ["open", "blocked", "ignored", "resolved"]);
export const followUp = pgEnum("follow_up", ["none", "would-block", "blocked", "guarded", "failed"]);
export const detectionTrigger = pgEnum("detection_trigger", ["schedule", "manual", "drain", "api"]);

/** Who behaved as a visitor does not: one row for each address or range, however often it is found. */
export const suspiciousIps = pgTable(
  "suspicious_ips",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    /** A visitor's hash (32 hex digits, in either privacy mode) or a range such as `203.0.113.0/24`. */
    target: text().notNull().unique(),
    targetKind: targetKind("target_kind").notNull(),
    /** The target's /24 or /48, or the range itself. */
    network: cidr().notNull(),
    /** Only where addresses are stored in clear. */
    ip: inet(),
    /** The one rule that found it, or `multiple`. */
    reason: text().notNull(),
    reasons: text().array().notNull(),
    /** 0 to 100. */
    score: smallint().notNull(),
    /** The score's part of each rule. */
    parts: jsonb().$type<Record<string, number>>().notNull(),
    firstDetected: instant("first_detected").notNull(),
    lastDetected: instant("last_detected").notNull(),
    detections: integer().notNull().default(1),
    status: suspiciousStatus().notNull().default("open"),
    statusBy: text("status_by").notNull(),
    statusAt: instant("status_at").notNull().defaultNow(),
    isActive: boolean("is_active").notNull().generatedAlwaysAs(sql`status in ('open', 'blocked')`),
    details: jsonb().$type<SuspicionDetails>().notNull(),
    /** The block that followed, of detection or of an administrator. */
    ruleId: integer("rule_id"),
    followUp: followUp("follow_up").notNull().default("none"),
    /** Why it was not blocked, or what went wrong; a sentence. */
    followUpNote: text("follow_up_note").notNull().default(""),
    /** Blocks by detection so far: each one lasts longer. */
    automaticBlocks: smallint("automatic_blocks").notNull().default(0),
  },
  (table) => [
    index("suspicious_ips_order").on(table.lastDetected, table.id),
    index("suspicious_ips_open").on(table.status, table.lastDetected),
  ],
);

/** Each run of detection. */
export const detectionRuns = pgTable(
  "detection_runs",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    trigger: detectionTrigger().notNull(),
    actor: text().notNull(),
    windowFrom: instant("window_from").notNull(),
    windowTo: instant("window_to").notNull(),
    startedAt: instant("started_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    /** Addresses whose activity was weighed. */
    examined: integer().notNull(),
    flagged: integer().notNull(),
    error: text(),
    details: jsonb().$type<RunDetails>().notNull(),
  },
  (table) => [index("detection_runs_time").on(table.startedAt)],
);

/** The last run of each job, and a run that was asked for: one row a job. */
export const jobRuns = pgTable("job_runs", {
  job: text().primaryKey(),
  startedAt: instant("started_at"),
  durationMs: integer("duration_ms"),
  error: text(),
  result: jsonb().$type<Record<string, number>>(),
  succeededAt: instant("succeeded_at"),
  failingSince: instant("failing_since"),
  requestedAt: instant("requested_at"),
  request: jsonb().$type<Record<string, string>>(),
});

export { type Session, sessions, twoStepEnrolments, type User, userRole, users } from "@/db/schema-users";
export type SuspiciousIp = typeof suspiciousIps.$inferSelect;
export type SuspiciousStatus = SuspiciousIp["status"];
export type DetectionRun = typeof detectionRuns.$inferSelect;
export type DetectionTrigger = DetectionRun["trigger"];
export type JobRun = typeof jobRuns.$inferSelect;
export type IpRule = typeof ipRules.$inferSelect;
export type AuditLog = typeof auditLogs.$inferSelect;
