import type { Command } from "commander";
import { withGatehouse } from "@/cli/environment";
import { CommandError } from "@/cli/failure";
import { formatCount, formatPlural } from "@/lib/format";

export function registerBackup(program: Command): void {
  program
    .command("backup")
    .description("write the whole database and its keys to one file, while everything goes on")
    .argument("<file>", "a file that is not there yet")
    .action(backup);
}

async function backup(file: string): Promise<void> {
  await withGatehouse(async (db) => {
    const [{ writeBackup }, { SECRETS_IN_BACKUP }, { open, rename, rm, stat }, { createGzip }, { pipeline }] =
      await Promise.all([
        import("@/db/backup"),
        import("@/services/secrets"),
        import("node:fs/promises"),
        import("node:zlib"),
        import("node:stream/promises"),
      ]);
    const isTaken = await stat(file).then(
      () => true,
      () => false,
    );
    if (isTaken) throw new CommandError(`${file} is there already: choose another name.`);
    const secrets = SECRETS_IN_BACKUP.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value] as const] : [];
    });
    // Under its name it stands only when it is whole and on the disk.
    const draft = `${file}.part`;
    const handle = await open(draft, "w", 0o600);
    try {
      const packed = createGzip({ level: 6 });
      const written = pipeline(packed, handle.createWriteStream({ flush: true }));
      const rows = await writeBackup(db, packed, Object.fromEntries(secrets)).finally(() => packed.end());
      await written;
      await rename(draft, file);
      const { size } = await stat(file);
      const sum = Object.values(rows).reduce((total, count) => total + count, 0);
      const tables = formatPlural(Object.keys(rows).length, "table");
      console.log(`Saved ${formatPlural(sum, "row")} of ${tables} in ${file} (${formatCount(size)} bytes).`);
      console.log(
        "The keys of this Gatehouse are in it: whoever has the file can sign in. Keep it to yourself.",
      );
    } finally {
      await handle.close().catch(() => {});
      await rm(draft, { force: true });
    }
  });
}
