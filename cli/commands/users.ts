import { Argument, type Command, Option } from "commander";
import { withGatehouse } from "@/cli/environment";
import type { UserRole } from "@/db/users";

const ROLES = ["viewer", "admin"] as const satisfies readonly UserRole[];

export function registerUsers(program: Command): void {
  const users = program.command("users").description("who may sign in to the dashboard");
  users.showHelpAfterError(true);
  users
    .command("list")
    .description("all users")
    .option("--json", "as JSON")
    .action(async ({ json }) => run((verbs, db) => verbs.printUsers(db, Boolean(json))));
  withPasswordOptions(users.command("add"))
    .description("add a user")
    .argument("<username>")
    .addOption(new Option("--role <role>", "what the user may do").choices(ROLES).default("viewer"))
    .action(async (username, options) => run((verbs, db) => verbs.addUser(db, username, options)));
  withPasswordOptions(users.command("password"))
    .description("give a user a new password and end the user's sessions")
    .argument("<username>")
    .action(async (username, options) => run((verbs, db) => verbs.changePassword(db, username, options)));
  users
    .command("role")
    .description("change what a user may do")
    .argument("<username>")
    .addArgument(new Argument("<role>", "the new role").choices(ROLES))
    .action(async (username, role) => run((verbs, db) => verbs.changeUser(db, username, { role })));
  users
    .command("sign-out")
    .description("end all sessions of a user")
    .argument("<username>")
    .action(async (username) => run((verbs, db) => verbs.signOutUser(db, username)));
  users
    .command("two-step")
    .description("turn two-step sign-in off for a user who has lost the phone and the recovery codes")
    .addArgument(new Argument("<state>", "what it shall be").choices(["off"]))
    .argument("<username>")
    .action(async (_state, username) => run((verbs, db) => verbs.resetTwoStep(db, username)));
  for (const [name, isActive] of [
    ["disable", false],
    ["enable", true],
  ] as const) {
    users
      .command(name)
      .description(
        isActive ? "let a disabled user sign in again" : "let a user sign in no more, and end the sessions",
      )
      .argument("<username>")
      .action(async (username) => run((verbs, db) => verbs.changeUser(db, username, { isActive })));
  }
}

function withPasswordOptions(command: Command): Command {
  return command
    .option("--generate", "make a password and print it once")
    .addOption(
      new Option("--password-stdin", "read the password from the first line of standard input").conflicts(
        "generate",
      ),
    );
}

type Verbs = typeof import("@/cli/user-verbs");
type Database = import("@/db/client").Database;

async function run(work: (verbs: Verbs, db: Database) => Promise<void>): Promise<void> {
  await withGatehouse(async (db) => work(await import("@/cli/user-verbs"), db));
}
