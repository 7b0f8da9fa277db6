import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  char,
  cidr,
  index,
  inet,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { hex, instant } from "@/db/columns";
import type { RunDetails, SuspicionDetails } from "@/db/suspicion-details";
import { DOORS, KINDS } from "@/lib/events/request-event";
import { ACTIONS, REASONS } from "@/lib/guard/verdict";

export const verdictAction = pgEnum("verdict_action", ACTIONS);
export const verdictReason = pgEnum("verdict_reason", REASONS);
export const doorName = pgEnum("door_name", DOORS);
export const requestKind = pgEnum("request_kind", KINDS);
export const ruleAction = pgEnum("rule_action", ["allow", "block"]);
export const targetKind = pgEnum("target_kind", ["address", "range", "hash"]);
export const rollupDimension = pgEnum("rollup_dimension", ["total", "country", "network", "path", "place"]);
export const userAgentClass = pgEnum("user_agent_class", [
  "browser",
  "crawler",
  "bot",
  "tool",
  "scanner",
  "unknown",
]);

/**
 * Every request that a door saw. Partitioned by day on `id`, a UUIDv7 whose first 48 bits are the time: so the
 * primary key is unique over all days, needs no second index for time, and a repeated drain cannot insert twice.
 * What detection reads of every row comes first: what lies behind the texts costs a third more to count.
 */
export const requestLogs = pgTable(
  "request_logs",
  {
    id: uuid().primaryKey(),
    occurredAt: instant("occurred_at").notNull(),
    /** What the request shows by itself, as the bits of `SIGNALS`. */
    signals: integer().notNull().default(0),
    /** `distinctBit` of the user agent, from which distinct ones are estimated; four bytes, for a cast would cost more. */
    agentBit: integer("agent_bit").notNull().default(0),
    /** The same of the path; null where the request does not count, which saves asking for that. */
    pathBit: integer("path_bit"),
    /** How it counts: kind, session, verdict and answer in a few bits, see `db/activity/nature.ts`. */
    nature: smallint().notNull().default(0),
    /** Of the visitor, who is an address or of IPv6 a /64. */
    ipHash: hex("ip_hash").notNull(),
    userAgentId: integer("user_agent_id"),
    ruleId: integer("rule_id"),
    userId: integer("user_id"),
    asn: bigint({ mode: "number" }),
    durationMs: integer("duration_ms"),
    latitude: real(),
    longitude: real(),
    verdict: verdictAction().notNull(),
    reason: verdictReason().notNull(),
    door: doorName().notNull(),
    kind: requestKind().notNull(),
    status: smallint(),
    countryCode: char("country_code", { length: 2 }),
    /** Of the single address, where the visitor is a /64. */
    addressHash: hex("address_hash"),
    ip: inet(),
    network: cidr().notNull(),
    method: text().notNull(),
    host: text(),
    path: text().notNull(),
    referrerHost: text("referrer_host"),
    city: text(),
    policy: text(),
    userAgent: text("user_agent"),
  },
  (table) => [
    index("request_logs_visitor").on(table.ipHash, table.id),
    index("request_logs_network").on(table.network, table.id),
    index("request_logs_signed_in").on(table.userId, table.id).where(sql`${table.userId} is not null`),
    // What detection asks more of than a count: the condition stands in `db/activity/nature.ts` as it stands here.
    index("request_logs_noteworthy").on(table.id).where(sql`${table.nature} & 512::int2 = 512::int2`),
    // The bit of `missing-script`: a day's searches for scripts are few rows, and read without a pass over the day.
    index("request_logs_missing_scripts").on(table.id).where(sql`${table.signals} & 16384 <> 0`),
  ],
);

/** A dictionary of user agents, at most `USER_AGENTS_MAX` rows: beyond that a request keeps its text itself. */
export const userAgents = pgTable("user_agents", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  userAgent: text("user_agent").notNull().unique(),
  class: userAgentClass().notNull(),
  name: text().notNull(),
  os: text(),
  firstSeen: instant("first_seen").notNull().defaultNow(),
});

/** Counts by hour. A bucket holds at most `ROLLUP_KEYS_MAX` keys of a dimension; the rest is counted under `~other`. */
export const trafficRollups = pgTable(
  "traffic_rollups",
  {
    bucket: instant("bucket").notNull(),
    dimension: rollupDimension().notNull(),
    key: text().notNull(),
    allowed: integer().notNull().default(0),
    blocked: integer().notNull().default(0),
    limited: integer().notNull().default(0),
    /** HyperLogLog registers over the visitors' hashes, hex; only on `total` and `country` rows. */
    visitors: hex(),
  },
  (table) => [primaryKey({ columns: [table.dimension, table.bucket, table.key] })],
);

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
export type RequestLog = typeof requestLogs.$inferSelect;
export type IpRule = typeof ipRules.$inferSelect;
export type AuditLog = typeof auditLogs.$inferSelect;
