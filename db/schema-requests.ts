import { sql } from "drizzle-orm";
import {
  bigint,
  char,
  cidr,
  index,
  inet,
  integer,
  pgEnum,
  pgTable,
  pgView,
  primaryKey,
  real,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { hex, instant } from "@/db/columns";
import type { DoorName, RequestKind } from "@/lib/events/request-event";
import type { Action, Reason } from "@/lib/guard/verdict";

export const rollupDimension = pgEnum("rollup_dimension", ["total", "country", "network", "path", "place"]);
export const rollupSpan = pgEnum("rollup_span", ["hour", "day"]);
export const userAgentClass = pgEnum("user_agent_class", [
  "browser",
  "crawler",
  "bot",
  "tool",
  "scanner",
  "unknown",
]);

/**
 * Every request that a door saw, as it is stored; the view `request_logs` says the same in words. Partitioned by time on
 * `id`, a UUIDv7 whose first 48 bits are the time (`request_time`): so the primary key is unique over all of them, needs
 * no second index for time, and a repeated drain cannot insert twice. What detection reads of every row comes first: what
 * lies behind the texts costs a third more to count. Texts that come again and again are kept once, in `texts`.
 */
export const requestRows = pgTable(
  "request_rows",
  {
    id: uuid().primaryKey(),
    /** What it was and how it counts, in bits: see `db/activity/nature.ts`. */
    nature: integer().notNull(),
    /** `distinctBit` of the user agent, from which distinct ones are estimated. */
    agentBit: smallint("agent_bit").notNull().default(0),
    /** Of the visitor, who is an address or of IPv6 a /64. */
    ipHash: hex("ip_hash").notNull(),
    /** The same of the path; null where the request does not count, which saves asking for that. */
    pathBit: smallint("path_bit"),
    /** What the request shows by itself, as the bits of `SIGNALS`; null where it shows nothing. */
    signals: integer(),
    userAgentId: integer("user_agent_id"),
    pathId: integer("path_id"),
    placeId: integer("place_id"),
    hostId: integer("host_id"),
    referrerId: integer("referrer_id"),
    durationMs: integer("duration_ms"),
    status: smallint(),
    countryCode: char("country_code", { length: 2 }),
    network: cidr().notNull(),
    ruleId: integer("rule_id"),
    userId: integer("user_id"),
    asn: bigint({ mode: "number" }),
    /** Of the single address, where the visitor is a /64. */
    addressHash: hex("address_hash"),
    ip: inet(),
    policy: text(),
    /** Texts that `texts` had no room for, and methods that have no code. */
    method: text(),
    path: text(),
    host: text(),
    referrerHost: text("referrer_host"),
    userAgent: text("user_agent"),
    place: text(),
  },
  (table) => [
    // Four bytes of the hash, then the minute: a tenth of the size of both in full, and as good to find by.
    index("request_rows_visitor").on(sql`hash_key(${table.ipHash})`, sql`minute_of(${table.id})`),
    // All that is seldom asked for by itself in one index, a byte or two for each: see `db/request-keys.ts`.
    index("request_rows_keys")
      .using(
        "gin",
        sql`request_keys(${table.pathId}, ${table.network}, ${table.countryCode}, ${table.status}, ${table.nature}, ${table.signals})`,
      )
      // What waits to be sorted in is read by every question, and takes room: as little as Postgres allows.
      .with({ gin_pending_list_limit: 64 }),
    index("request_rows_signed_in").on(table.userId, table.id).where(sql`${table.userId} is not null`),
    // What detection asks more of than a count, by verdict: the conditions stand in `db/activity/nature.ts` as here. The
    // minute instead of the id lets Postgres keep neighbours together, which takes a third of the room.
    index("request_rows_noteworthy")
      .on(sql`(${table.nature} & 12)`, sql`minute_of(${table.id})`)
      .where(sql`${table.nature} & 512 = 512`),
  ],
);

/** What `request_rows` says, in words: for whoever reads, by hand or in a test. Its definition stands in the migration. */
export const requestLogs = pgView("request_logs", {
  id: uuid().notNull(),
  occurredAt: instant("occurred_at").notNull(),
  signals: integer().notNull(),
  agentBit: smallint("agent_bit").notNull(),
  pathBit: smallint("path_bit"),
  nature: integer().notNull(),
  ipHash: hex("ip_hash").notNull(),
  userAgentId: integer("user_agent_id"),
  ruleId: integer("rule_id"),
  userId: integer("user_id"),
  asn: bigint({ mode: "number" }),
  durationMs: integer("duration_ms"),
  latitude: real(),
  longitude: real(),
  verdict: text().$type<Action>().notNull(),
  reason: text().$type<Reason>().notNull(),
  door: text().$type<DoorName>().notNull(),
  kind: text().$type<RequestKind>().notNull(),
  status: smallint(),
  countryCode: char("country_code", { length: 2 }),
  addressHash: hex("address_hash"),
  ip: inet(),
  network: cidr().notNull(),
  method: text().notNull(),
  host: text(),
  path: text().notNull(),
  referrerHost: text("referrer_host"),
  city: text(),
  policy: text(),
  userAgent: text("user_agent").notNull(),
  agentClass: userAgentClass("agent_class"),
  agentName: text("agent_name"),
  agentOs: text("agent_os"),
  pathId: integer("path_id"),
}).existing();

/**
 * Texts of requests, each kept once: see `db/texts.ts` for the kinds and their bounds. The id is a hash of the text, so
 * that no second index is needed to find it by; of two texts with one hash the later stays with its requests.
 */
export const texts = pgTable("texts", {
  id: integer().primaryKey(),
  kind: smallint().notNull(),
  text: text().notNull(),
  /** Of user agents. */
  class: userAgentClass(),
  name: text(),
  os: text(),
});

/** Those of `texts` that are user agents; its definition stands in the migration. */
export const userAgents = pgView("user_agents", {
  id: integer().notNull(),
  userAgent: text("user_agent").notNull(),
  class: userAgentClass().notNull(),
  name: text().notNull(),
  os: text(),
}).existing();

/**
 * Counts of traffic. An hour's requests by verdict are its row of the dimension `total`, exact and kept by the drain. The
 * other dimensions tell what came most often of an hour or a day that is over, at most so many keys as `db/tops.ts` says,
 * in the order of their requests; they are made from the requests themselves, once more where some came late.
 */
export const trafficRollups = pgTable(
  "traffic_rollups",
  {
    bucket: instant("bucket").notNull(),
    dimension: rollupDimension().notNull(),
    span: rollupSpan().notNull().default("hour"),
    /** All requests of the bucket; of other dimensions than `total` as they were when the row was made. */
    allowed: integer().notNull().default(0),
    blocked: integer().notNull().default(0),
    limited: integer().notNull().default(0),
    keys: text().array(),
    requests: integer().array(),
    refused: integer().array(),
    /** HyperLogLog registers over the hashes of all visitors: on rows of the dimension `country`. */
    visitors: hex(),
    /** The same of the first countries, in the order of `keys`. */
    keyVisitors: hex("key_visitors").array(),
  },
  (table) => [primaryKey({ columns: [table.dimension, table.span, table.bucket] })],
);

export type RequestLog = typeof requestLogs.$inferSelect;
