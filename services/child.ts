import { messageOf } from "@/lib/errors";

/** What a part of the one-machine edition tells the launcher. */
export type ChildMessage =
  | { type: "ready"; [detail: string]: unknown }
  | { type: "failed"; code?: string; message: string; hint?: string };

/**
 * Runs this process as a part of the one-machine edition: `start` brings it up and answers what to tell the launcher,
 * `stop` brings it down. It ends on the launcher's word, or by itself when the launcher is gone.
 */
export function runChild(part: {
  start: () => Promise<Record<string, unknown>>;
  stop: () => Promise<void>;
  /** How long it goes on after the launcher is gone. */
  orphanedMs?: number;
  /** Whether it then only ends itself. */
  leavesQuietly?: boolean;
}): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    part
      .stop()
      .catch((error) => console.error(`Not stopped cleanly: ${messageOf(error)}`))
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  // Ctrl-C reaches every process of the terminal: the launcher alone decides about the order.
  process.on("SIGINT", () => {});
  process.on("message", (message) => {
    if (message === "stop") stop();
  });
  // What the next launcher may have taken over meanwhile is not ours to bring down any more.
  const leave = () => (part.leavesQuietly ? process.exit(0) : stop());
  process.on("disconnect", () => setTimeout(leave, part.orphanedMs ?? 0));
  part.start().then(
    (detail) => process.send?.({ type: "ready", ...detail }),
    (error) => {
      const hint = error instanceof Error && "hint" in error ? String(error.hint) : undefined;
      process.send?.({ type: "failed", message: messageOf(error), hint } satisfies ChildMessage);
      setTimeout(() => process.exit(1), 50);
    },
  );
}
