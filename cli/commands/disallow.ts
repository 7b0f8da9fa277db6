import type { Command } from "commander";
import { endFromCommand } from "@/cli/end-rule";

export function registerDisallow(program: Command): void {
  program
    .command("disallow")
    .description("take an address or a range off the allow list")
    .argument("<target>", "as it was allowed")
    .action((target) => endFromCommand("allow", target));
}
