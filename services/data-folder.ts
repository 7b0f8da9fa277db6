import { mkdir } from "node:fs/promises";
import { explainFileError } from "@/services/errors";

/**
 * Makes the folder that holds everything of the one-machine edition (`.gatehouse`), closed to others. As
 * root it may be passed through, though not listed: PostgreSQL then runs as another account below it.
 */
export async function makeDataFolder(dir: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(dir, { recursive: true, mode }).catch((error: unknown) => {
    throw explainFileError(error, dir);
  });
}
