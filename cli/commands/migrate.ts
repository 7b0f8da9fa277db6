import type { Command } from "commander";
import { withGatehouse } from "@/cli/environment";
import { formatPlural } from "@/lib/format";

export function registerMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database to the schema of this version, and make the first administrator")
    .action(migrateDatabase);
}

/** What `npm start` does by itself on one machine, for a database that a hosted Gatehouse will use. */
async function migrateDatabase(): Promise<void> {
  await withGatehouse(async (db) => {
    const [{ migrate }, { ensureFirstAdmin }] = await Promise.all([
      import("@/db/migrate"),
      import("@/db/users"),
    ]);
    const { applied } = await migrate(process.env.DATABASE_URL as string);
    console.log(
      applied > 0 ? `Applied ${formatPlural(applied, "migration")}.` : "The database is up to date.",
    );
    const password = await ensureFirstAdmin(db);
    if (password)
      console.log(`First administrator: admin, password: ${password}\nWrite it down: it is shown only now.`);
  });
}
