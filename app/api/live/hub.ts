import { setTimeout as sleep } from "node:timers/promises";
import type { LiveMessage } from "@/components/live/message";

type Listener = (message: LiveMessage) => void;

export type LiveHub = { join(listener: Listener): () => void; readonly listeners: number };

/**
 * Asks once a second for all who are connected together: the first one to join starts it, and it ends when the last one
 * has left. A question that fails is asked again a second later.
 */
export function createLiveHub(read: () => Promise<LiveMessage>, everyMs = 1000): LiveHub {
  const listeners = new Set<Listener>();
  let isRunning = false;

  const run = async (): Promise<void> => {
    isRunning = true;
    for (;;) {
      await sleep(everyMs, null, { ref: false });
      if (listeners.size === 0) break;
      // Where it fails nothing comes, which the page shows.
      const message = await read().catch(() => null);
      if (message) tell(message);
    }
    isRunning = false;
  };

  const tell = (message: LiveMessage): void => {
    for (const listener of listeners) {
      try {
        listener(message);
      } catch {
        // A connection that closed meanwhile: the others are told all the same.
        listeners.delete(listener);
      }
    }
  };

  return {
    join(listener) {
      listeners.add(listener);
      if (!isRunning) void run();
      return () => listeners.delete(listener);
    },
    get listeners() {
      return listeners.size;
    },
  };
}
