import type { Command } from "commander";
import { addSaveOptions, saveFromCommand } from "@/cli/save-rule";

export function registerAllow(program: Command): void {
  const command = program
    .command("allow")
    .description("let an address or a range in, whatever blocks and limits say");
  addSaveOptions(command, "Allowed by command").action((target, options) =>
    saveFromCommand("allow", target, options),
  );
}
