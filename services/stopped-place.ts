import path from "node:path";
import { StartError } from "@/services/errors";
import { lockFolder } from "@/services/lock";
import { startPostgres } from "@/services/postgres";
import { dataFolder, loadEnvFiles } from "@/services/runtime";
import { adoptSecrets, loadSecrets } from "@/services/secrets";

/**
 * Runs work on the database of a place where no Gatehouse runs: the one of `DATABASE_URL`, else that of the data folder,
 * which takes over these secrets.
 *
 * @throws StartError where one runs there, or where the place has other secrets already
 */
export async function onStoppedPlace<T>(
  secrets: Readonly<Record<string, string>>,
  work: (url: string) => Promise<T>,
): Promise<T> {
  loadEnvFiles();
  const { DATABASE_URL } = process.env;
  const other = Object.keys(secrets).find((name) => process.env[name] && process.env[name] !== secrets[name]);
  if (other) {
    throw new StartError(
      `The ${other} of the environment is not the one of the backup.`,
      "Set those of the backup: gatehouse restore FILE --print-secrets shows them.",
    );
  }
  if (DATABASE_URL) return work(DATABASE_URL);
  const dir = dataFolder();
  const lock = await lockFolder(dir);
  try {
    await adoptSecrets(dir, secrets);
    const password = (await loadSecrets(dir)).POSTGRES_PASSWORD;
    const postgres = await startPostgres({ dataDir: path.join(dir, "postgres"), password });
    try {
      return await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    await lock.release();
  }
}
