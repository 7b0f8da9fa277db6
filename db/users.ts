import { asc, eq, sql } from "drizzle-orm";
import { DETECTION_ACTOR, writeAudit } from "@/db/audit-logs";
import { type Database, type Querier, sqlState } from "@/db/client";
import { checkNewPassword, generatePassword, hashPassword } from "@/db/passwords";
import { type User, users } from "@/db/schema";
import { tellDoors } from "@/db/session-publication";
import { endSessionsOf } from "@/db/sessions";
import { AppError } from "@/lib/errors";

export type UserRole = User["role"];
export type UserDraft = { username: string; password: string; role: UserRole };

export const USERNAME_LENGTH_MAX = 64;
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u;
const UNIQUE_VIOLATION = "23505";

/** A username as it is stored and compared: composed, trimmed, in lower case. */
export function normaliseUsername(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

function checkUsername(text: string): string {
  const username = normaliseUsername(text);
  if (username.length > USERNAME_LENGTH_MAX || !USERNAME.test(username)) {
    const rule = `1 to ${USERNAME_LENGTH_MAX} letters, digits or . _ @ + -, and begins with a letter or digit`;
    throw new AppError("bad-input", `A username has ${rule}.`);
  }
  if (username === DETECTION_ACTOR)
    throw new AppError(
      "bad-input",
      `What "${username}" does is not done by a person: choose another username.`,
    );
  return username;
}

/**
 * Creates a user and the audit row. `actor` is who does it.
 * @throws AppError `bad-input` for a username or password that will not do, `conflict` for a name that is taken.
 */
export async function createUser(db: Database, draft: UserDraft, actor: string): Promise<User> {
  const username = checkUsername(draft.username);
  await checkNewPassword(draft.password, username);
  const passwordHash = await hashPassword(draft.password);
  try {
    return await db.transaction((transaction) =>
      insert(transaction, { username, passwordHash, role: draft.role }, actor),
    );
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new AppError("conflict", `There is a user named "${username}" already.`, { cause: error });
  }
}

async function insert(
  querier: Querier,
  row: { username: string; passwordHash: string; role: UserRole },
  actor: string,
): Promise<User> {
  const [user] = await querier.insert(users).values(row).returning();
  await writeAudit(querier, {
    actor,
    action: "create-user",
    subject: `user:${row.username}`,
    after: { role: row.role },
  });
  return user as User;
}

/** The user of this name, in whatever case it is typed, or null. */
export async function findUser(querier: Querier, username: string): Promise<User | null> {
  const name = normaliseUsername(username);
  // PostgreSQL refuses a text with a zero byte; nobody has such a name.
  if (name.length > USERNAME_LENGTH_MAX || name.includes("\0")) return null;
  const [user] = await querier.select().from(users).where(eq(users.username, name)).limit(1);
  return user ?? null;
}

export async function findUserById(querier: Querier, id: number): Promise<User | null> {
  const [user] = await querier.select().from(users).where(eq(users.id, id)).limit(1);
  return user ?? null;
}

/** All users by name: a team, not a customer base, hence the bound instead of pages. */
export async function listUsers(querier: Querier): Promise<User[]> {
  return querier.select().from(users).orderBy(asc(users.username)).limit(1000);
}

/**
 * Creates the first administrator when there is no user at all, as at the first start.
 * @returns the generated password, which is stored nowhere else in clear and cannot be had again; null where users
 *   existed, or where the caller gave a password.
 */
export async function ensureFirstAdmin(
  db: Database,
  { username = "admin", password }: { username?: string; password?: string } = {},
): Promise<string | null> {
  if (await hasUsers(db)) return null;
  const name = checkUsername(username);
  if (password !== undefined) await checkNewPassword(password, name);
  const chosen = password ?? generatePassword();
  const passwordHash = await hashPassword(chosen);
  const created = await db.transaction(async (transaction) => {
    // Two first starts at once must not make two administrators: the second waits here, then sees the first's.
    await transaction.execute(sql`lock table ${users} in share row exclusive mode`);
    if (await hasUsers(transaction)) return false;
    await insert(transaction, { username: name, passwordHash, role: "admin" }, "first-start");
    return true;
  });
  return created && password === undefined ? chosen : null;
}

async function hasUsers(querier: Querier): Promise<boolean> {
  const rows = await querier.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/**
 * Sets a password and ends the user's sessions, but for the one, if any, in which the user does it.
 * @throws AppError `not-found`, or `bad-input` with what is wrong with the password.
 */
export async function setPassword(
  db: Database,
  id: number,
  password: string,
  actor: string,
  ownSession: string | null = null,
): Promise<void> {
  const user = await findUserById(db, id);
  if (!user) throw new AppError("not-found", "There is no such user.");
  await checkNewPassword(password, user.username);
  const passwordHash = await hashPassword(password);
  await db.transaction(async (transaction) => {
    await transaction.update(users).set({ passwordHash }).where(eq(users.id, id));
    const sessions = await endSessionsOf(transaction, id, ownSession);
    const subject = `user:${user.username}`;
    await writeAudit(transaction, { actor, action: "set-password", subject, after: { sessions } });
  });
  await tellDoors(db);
}

export type UserChange = { role?: UserRole; isActive?: boolean };

/**
 * Changes a user's role or whether the user may sign in, and ends the user's sessions.
 * @throws AppError `not-found`, or `conflict` where no active administrator would be left.
 */
export async function amendUser(db: Database, id: number, change: UserChange, actor: string): Promise<User> {
  const amended = await db.transaction(async (transaction) => {
    // All active administrators are locked: two who demote each other at once must not both succeed.
    const admins = await transaction
      .select({ id: users.id })
      .from(users)
      .where(sql`${users.role} = 'admin' and ${users.isActive}`)
      .orderBy(asc(users.id))
      .for("update");
    const before = await findUserById(transaction, id);
    if (!before) throw new AppError("not-found", "There is no such user.");
    const after = { role: change.role ?? before.role, isActive: change.isActive ?? before.isActive };
    if (after.role === before.role && after.isActive === before.isActive) return before;
    const staysAdmin = after.role === "admin" && after.isActive;
    if (!staysAdmin && admins.length === 1 && admins[0]?.id === id) {
      throw new AppError("conflict", `"${before.username}" is the last administrator who can sign in.`);
    }
    const [user] = await transaction.update(users).set(after).where(eq(users.id, id)).returning();
    await endSessionsOf(transaction, id);
    await writeAudit(transaction, {
      actor,
      action: "amend-user",
      subject: `user:${before.username}`,
      before: { role: before.role, isActive: before.isActive },
      after,
    });
    return user as User;
  });
  await tellDoors(db);
  return amended;
}

/** Notes that the user has just signed in. */
export async function touchLogin(querier: Querier, id: number, at: Date): Promise<void> {
  await querier.update(users).set({ lastLoginAt: at }).where(eq(users.id, id));
}
