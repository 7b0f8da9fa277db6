import type { Command } from "commander";
import { endFromCommand } from "@/cli/end-rule";

export function registerUnblock(program: Command): void {
  program
    .command("unblock")
    .description("end the block of an address or a range")
    .argument("<target>", "as it was blocked")
    .action((target) => endFromCommand("block", target));
}
