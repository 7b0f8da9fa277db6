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
    const [{ publishRuleSet }, { publishSessions }] = await Promise.all([
      import("@/db/publish"),
      import("@/db/session-publication"),
    ]);
    const startedAt = performance.now();
    const store = await commandStore();
    const { id, entries } = await publishRuleSet(db, store);
    await publishSessions(db, store);
    const milliseconds = Math.round(performance.now() - startedAt);
    console.log(`Published ${formatPlural(entries, "rule")} in ${milliseconds} ms (publication ${id}).`);
  });
}
