import type { Command } from "commander";
import { commandStore, withGatehouse } from "@/cli/environment";
import { formatPlural } from "@/lib/format";

export function registerPublish(program: Command): void {
  program
    .command("publish")
    .description("compile the rules in force anew and bring them to every door")
    .action(publish);
}

async function publish(): Promise<void> {
  await withGatehouse(async (db) => {
    const { publishRuleSet } = await import("@/db/publish");
    const startedAt = performance.now();
    const { id, entries } = await publishRuleSet(db, await commandStore());
    const milliseconds = Math.round(performance.now() - startedAt);
    console.log(`Published ${formatPlural(entries, "rule")} in ${milliseconds} ms (publication ${id}).`);
  });
}
