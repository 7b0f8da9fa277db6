import { Command } from "commander";
import { registerAllow } from "@/cli/commands/allow";
import { registerBackup } from "@/cli/commands/backup";
import { registerBlock } from "@/cli/commands/block";
import { registerDetect } from "@/cli/commands/detect";
import { registerDisallow } from "@/cli/commands/disallow";
import { registerDrain } from "@/cli/commands/drain";
import { registerMigrate } from "@/cli/commands/migrate";
import { registerPublish } from "@/cli/commands/publish";
import { registerReplay } from "@/cli/commands/replay";
import { registerRestore } from "@/cli/commands/restore";
import { registerRules } from "@/cli/commands/rules";
import { registerStatus } from "@/cli/commands/status";
import { registerUnblock } from "@/cli/commands/unblock";
import { registerUsers } from "@/cli/commands/users";
import { registerWhy } from "@/cli/commands/why";

const EXAMPLES = `
Examples:
  npm run gatehouse -- block 203.0.113.7 --reason "Suspicious activity" --for 24h
  npm run gatehouse -- why 203.0.113.7 --path /ip-tracking/test-geo/
  npm run gatehouse -- replay access.log.gz --times shifted`;

/**
 * All commands. Their files are light: what a command works with is imported when it runs, so that each one starts
 * fast. Instead of ending the process it throws, see `failureOf`.
 */
export function buildProgram(): Command {
  const program = new Command("gatehouse")
    .description("Manage Gatehouse from the command line.")
    .exitOverride()
    .showHelpAfterError("Add --help to see how it is used.")
    .configureHelp({ sortSubcommands: false });
  for (const register of [
    registerBlock,
    registerUnblock,
    registerAllow,
    registerDisallow,
    registerRules,
    registerWhy,
    registerMigrate,
    registerPublish,
    registerStatus,
    registerDrain,
    registerDetect,
    registerUsers,
    registerReplay,
    registerBackup,
    registerRestore,
  ]) {
    register(program);
  }
  return program.showHelpAfterError(true).addHelpText("after", EXAMPLES);
}
