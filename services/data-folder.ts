import { chmod, mkdir } from "node:fs/promises";
import { explainFileError } from "@/services/errors";

/**
 * Makes the folder that holds everything of the one-machine edition (`.gatehouse`), closed to others. As
 * root it may be passed through, though not listed: PostgreSQL then runs as another account below it.
 */
export async function makeDataFolder(dir: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    const made = await mkdir(dir, { recursive: true, mode });
    // A strict umask would have taken the right to pass through away.
    if (made !== undefined) await chmod(dir, mode);
  } catch (error) {
    throw explainFileError(error, dir);
  }
}
