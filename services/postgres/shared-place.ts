import { createHash } from "node:crypto";
import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { StartError } from "@/services/errors";
import { type Account, run } from "@/services/run";

const STATE = "/var/lib/gatehouse";

/** Where root keeps what another account has to reach and cannot reach at the asked place. */
export function sharedPlace(dataDir: string): string {
  return join(STATE, createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 12));
}

/** Makes the folder of `sharedPlace` so that every account can pass through it. */
export async function makeSharedPlace(place: string): Promise<void> {
  try {
    await stat(dirname(STATE));
    for (const folder of [STATE, place]) {
      const made = await mkdir(folder, { recursive: true });
      if (made !== undefined) await chmod(folder, 0o755);
    }
  } catch (cause) {
    throw new StartError(
      `PostgreSQL runs as an account that cannot reach this folder, and ${place} cannot be made for it.`,
      "Move Gatehouse to a folder that every account can pass through, start it as an ordinary user, or set DATABASE_URL.",
      { cause },
    );
  }
}

/** Whether an account can pass through a folder and all those above it; tried, not computed. */
export async function canEnter(dir: string, account: Account): Promise<boolean> {
  const { code } = await run("/bin/sh", ["-c", 'cd -- "$0"', dir], { account, directory: "/" });
  return code === 0;
}
