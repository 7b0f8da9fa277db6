import { commandActor } from "@/cli/actor";
import { CommandError } from "@/cli/failure";
import { askNewPassword, readPasswordLine } from "@/cli/password-prompt";
import { formatTable } from "@/cli/table";
import type { Database } from "@/db/client";
import { generatePassword } from "@/db/passwords";
import type { User } from "@/db/schema";
import { tellDoors } from "@/db/session-publication";
import { signOutEverywhere } from "@/db/sessions";
import { endTwoStep, usersInTwoSteps } from "@/db/two-step";
import {
  amendUser,
  createUser,
  findUser,
  listUsers,
  setPassword,
  type UserChange,
  type UserRole,
} from "@/db/users";
import { formatPlural, formatRelative } from "@/lib/format";

export type PasswordOptions = { generate?: boolean; passwordStdin?: boolean };

export async function printUsers(db: Database, asJson: boolean): Promise<void> {
  const [users, inTwoSteps] = await Promise.all([listUsers(db), usersInTwoSteps(db)]);
  if (asJson) {
    const shown = users.map(({ passwordHash: _, ...user }) => ({
      ...user,
      twoStep: inTwoSteps.has(user.id),
    }));
    console.log(JSON.stringify(shown, null, 2));
    return;
  }
  const now = new Date();
  const columns = [
    { head: "USER", of: (user: User) => user.username },
    { head: "ROLE", of: (user: User) => user.role },
    { head: "MAY SIGN IN", of: (user: User) => (user.isActive ? "yes" : "no") },
    { head: "TWO STEPS", of: (user: User) => (inTwoSteps.has(user.id) ? "yes" : "no") },
    {
      head: "LAST SIGN-IN",
      of: (user: User) => (user.lastLoginAt ? formatRelative(user.lastLoginAt, now) : "never"),
    },
    { head: "MADE", of: (user: User) => formatRelative(user.createdAt, now) },
  ];
  console.log(formatTable(columns, users, null).join("\n"));
}

export async function addUser(
  db: Database,
  username: string,
  options: PasswordOptions & { role: UserRole },
): Promise<void> {
  const password = await choosePassword(options);
  const draft = { username, password: password.text, role: options.role };
  const user = await createUser(db, draft, commandActor().name);
  console.log(`Added ${user.username} as ${user.role}.`);
  showOnce(password);
}

export async function changePassword(
  db: Database,
  username: string,
  options: PasswordOptions,
): Promise<void> {
  const user = await requireUser(db, username);
  const password = await choosePassword(options);
  await setPassword(db, user.id, password.text, commandActor().name);
  console.log(`${user.username} has a new password; sessions with the old one have ended.`);
  showOnce(password);
}

export async function changeUser(db: Database, username: string, change: UserChange): Promise<void> {
  const { id } = await requireUser(db, username);
  const user = await amendUser(db, id, change, commandActor().name);
  console.log(`${user.username} is ${user.role}${user.isActive ? "" : " and may not sign in"}.`);
}

/** Ends all sessions of a user. */
export async function signOutUser(db: Database, username: string): Promise<void> {
  const user = await requireUser(db, username);
  const ended = await signOutEverywhere(db, user, commandActor().name);
  await tellDoors(db);
  console.log(`${user.username} is signed out: ${formatPlural(ended, "session")} ended.`);
}

/** Lets a user sign in by the password alone again. */
export async function resetTwoStep(db: Database, username: string): Promise<void> {
  const user = await requireUser(db, username);
  const wasOn = await endTwoStep(db, user, commandActor().name);
  console.log(
    wasOn
      ? `Two-step sign-in is off for ${user.username}: the password alone is enough until it is turned on again.`
      : `${user.username} signs in by the password alone: nothing to turn off.`,
  );
}

async function requireUser(db: Database, username: string): Promise<User> {
  const user = await findUser(db, username);
  if (!user) throw new CommandError(`There is no user named "${username}": see gatehouse users list.`);
  return user;
}

type Password = { text: string; isGenerated: boolean };

// A password is never an argument: those can be seen by every account of the machine.
async function choosePassword({ generate, passwordStdin }: PasswordOptions): Promise<Password> {
  if (passwordStdin) return { text: await readPasswordLine(), isGenerated: false };
  const typed = generate || !process.stdin.isTTY ? null : await askNewPassword();
  return typed === null
    ? { text: generatePassword(), isGenerated: true }
    : { text: typed, isGenerated: false };
}

function showOnce({ text, isGenerated }: Password): void {
  if (!isGenerated) return;
  console.log(`Password: ${text}`);
  console.error("Write it down: it is shown only now.");
}
