import { bigint, boolean, cidr, index, integer, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "@/db/columns";

export const userRole = pgEnum("user_role", ["viewer", "admin"]);

export const users = pgTable("users", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  username: text().notNull().unique(),
  passwordHash: text("password_hash").notNull(),
  role: userRole().notNull(),
  isActive: boolean("is_active").notNull().default(true),
  createdAt: instant("created_at").notNull().defaultNow(),
  lastLoginAt: instant("last_login_at"),
});

/** Who is signed in: one row for each session that goes on. What has ended is deleted, and its token opens nothing. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey(),
    userId: integer("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Where it was begun: the address' /24 or /48. */
    network: cidr(),
    userAgent: text("user_agent").notNull().default(""),
  },
  (table) => [index("sessions_user").on(table.userId, table.createdAt)],
);

/** Who signs in by a code of an authenticator app as well; `confirmedAt` is null until the first code was right. */
export const twoStepEnrolments = pgTable("two_step_enrolments", {
  userId: integer("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The shared secret, sealed: see `db/two-step.ts`. */
  sealedSecret: text("sealed_secret").notNull(),
  /** The time step of the last code that was accepted: neither that one nor an older one is accepted again. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  /** Keyed hashes of the recovery codes that are left. */
  recoveryCodes: text("recovery_codes").array().notNull(),
  createdAt: instant("created_at").notNull(),
  confirmedAt: instant("confirmed_at"),
});

export type User = typeof users.$inferSelect;
export type Session = typeof sessions.$inferSelect;
