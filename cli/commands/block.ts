import type { Command } from "commander";
import { addSaveOptions, saveFromCommand } from "@/cli/save-rule";

export function registerBlock(program: Command): void {
  const command = program.command("block").description("refuse an address or a range at every door");
  addSaveOptions(command, "Blocked by command").action((target, options) =>
    saveFromCommand("block", target, options),
  );
}
