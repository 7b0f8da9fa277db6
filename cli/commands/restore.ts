import type { Command } from "commander";
import { CommandError } from "@/cli/failure";
import { formatPlural } from "@/lib/format";

export function registerRestore(program: Command): void {
  program
    .command("restore")
    .description("bring a backup into an empty data folder or database; Gatehouse must not run there")
    .argument("<file>", "what gatehouse backup has written")
    .option("--print-secrets", "only print the keys that are in the file")
    .action(restore);
}

async function restore(file: string, options: { printSecrets?: boolean }): Promise<void> {
  const [{ createReadStream }, { createGunzip }, { readBackupHead, restoreBackup }] = await Promise.all([
    import("node:fs"),
    import("node:zlib"),
    import("@/db/restore"),
  ]);
  const unpacked = () => {
    const packed = createReadStream(file);
    const unpacking = createGunzip();
    packed.once("error", (error) => unpacking.destroy(error));
    return packed.pipe(unpacking);
  };
  const head = await readBackupHead(unpacked()).catch(explain);
  if (options.printSecrets) {
    for (const [name, value] of Object.entries(head.secrets)) console.log(`${name}=${value}`);
    return;
  }
  const { onStoppedPlace } = await import("@/services/stopped-place");
  const rows = await onStoppedPlace(head.secrets, (url) => restoreBackup(url, unpacked())).catch(explain);
  const sum = Object.values(rows).reduce((total, count) => total + count, 0);
  const tables = formatPlural(Object.keys(rows).length, "table");
  console.log(
    `Restored ${formatPlural(sum, "row")} of ${tables}, as of ${head.madeAt}. Start with: npm start`,
  );
}

function explain(error: unknown): never {
  if (error instanceof Error && "hint" in error) throw new CommandError(error.message, 1, String(error.hint));
  if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
    throw new CommandError("The file is no whole backup of Gatehouse: it is damaged, or was cut off.");
  throw error;
}
