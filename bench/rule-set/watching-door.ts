import { FORWARDED_HEADERS } from "@/lib/client-ip";
import { readEnv } from "@/lib/env";
import { Door, type DoorRequest } from "@/lib/guard/door";

// A door with visitors, in a process of its own: told an address by a message, it answers when it first refuses it.
// Its clock is that of the machine, so that the one who clicked can take the difference.

/** `at`: milliseconds since 1970; `longestPauseMs`: for which the door answered nobody, since the message before. */
export type Refused = { at: number; longestPauseMs: number };

const [FIELD] = FORWARDED_HEADERS;
const VISIT_EVERY_MS = 10;
const door = new Door("node", readEnv());
let watched: string | null = null;
let longestPauseMs = 0;
let last = performance.now();
let count = 0;

async function visit(): Promise<void> {
  const now = performance.now();
  longestPauseMs = Math.max(longestPauseMs, now - last - VISIT_EVERY_MS);
  last = now;
  const visitor = `203.0.113.${count++ % 200}`;
  const seen = watched;
  await decide(visitor);
  if (seen !== null && (await decide(seen)) === "block" && watched === seen) {
    watched = null;
    process.send?.({ at: Date.now(), longestPauseMs } satisfies Refused);
    longestPauseMs = 0;
  }
}

async function decide(visitor: string): Promise<string> {
  const headers = { get: (name: string) => (name === FIELD ? visitor : null) };
  const request: DoorRequest = { method: "GET", target: "/", headers, peer: "127.0.0.1" };
  const decision = await door.decide(request);
  void door.record(decision, { status: 200, durationMs: 1 });
  return decision.verdict.action;
}

setInterval(() => void visit(), VISIT_EVERY_MS);
process.on("message", (address) => {
  watched = String(address);
});
process.on("disconnect", () => process.exit(0));
