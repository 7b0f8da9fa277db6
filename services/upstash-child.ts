import { runChild } from "@/services/child";
import { startUpstash, type Upstash } from "@/services/upstash";

/** What the launcher gives this process to know, in its environment. */
function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this file is started by the launcher.`);
  return value;
}

/** Runs a first script: the memory store takes half a second for it, which no visitor's sign-in should wait for. */
async function warmUp(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${setting("UPSTASH_TOKEN")}` };
  const body = JSON.stringify(["EVAL", "return redis.call('GET', KEYS[1])", "1", "gatehouse:warm-up"]);
  await fetch(url, { method: "POST", headers, body }).then((answer) => answer.text());
}

let upstash: Upstash | null = null;

runChild({
  // A door whose launcher was killed sends its last events here before it ends.
  orphanedMs: 2500,
  leavesQuietly: true,
  async start() {
    upstash = await startUpstash({
      token: setting("UPSTASH_TOKEN"),
      dataDir: setting("GATEHOUSE_DIR"),
      redisUrl: process.env.REDIS_URL || undefined,
      port: Number(process.env.GATEHOUSE_UPSTASH_PORT) || undefined,
      prefer: process.env.GATEHOUSE_STORE === "memory" ? "memory" : undefined,
      log: (line) => console.log(line),
    });
    await warmUp(upstash.url);
    return { url: upstash.url, store: upstash.store, describe: upstash.describe };
  },
  async stop() {
    await upstash?.stop();
  },
});
