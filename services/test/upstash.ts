import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startUpstash } from "@/services/upstash";

/**
 * A local Upstash endpoint with an empty store of its own for one test file. FLUSHDB is allowed. Call
 * `stop` at the end.
 */
export async function testUpstash(
  options: { store?: "memory" | "redis-server" } = {},
): Promise<{ url: string; token: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "gatehouse-upstash-"));
  const token = randomBytes(16).toString("hex");
  const upstash = await startUpstash({ token, dataDir, prefer: options.store ?? "memory", mayFlush: true });
  return {
    url: upstash.url,
    token,
    async stop() {
      await upstash.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
