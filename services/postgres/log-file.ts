import { chown, copyFile, open, stat, truncate } from "node:fs/promises";
import type { Account } from "@/services/run";

const SIZE_MAX_BYTES = 10 * 1024 * 1024;
const CHECK_EVERY_MILLISECONDS = 60_000;

/** Creates the server's log when it is missing; the account that PostgreSQL runs as must own it. */
export async function prepareLog(path: string, account?: Account): Promise<void> {
  await (await open(path, "a", 0o600)).close();
  if (account) await chown(path, account.uid, account.gid);
}

/** Moves a log that has grown too long to `<path>.1`. The server appends, so it goes on at the start. */
export async function rotateLog(path: string, sizeMaxBytes = SIZE_MAX_BYTES): Promise<boolean> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= sizeMaxBytes) return false;
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
  return true;
}

/** Keeps the log from growing without bound while the server runs; call the result to end that. */
export function watchLog(path: string): () => void {
  const timer = setInterval(() => void rotateLog(path).catch(() => {}), CHECK_EVERY_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}
