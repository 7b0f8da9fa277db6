import { setTimeout as sleep } from "node:timers/promises";
import type { LiveMessage } from "@/components/live/message";

export type Listener = {
  /** The session in whose name it listens. */
  sessionId: string;
  send: (message: LiveMessage) => void;
  /** Closes the connection. */
  end: () => void;
};

export type LiveHub = { join(listener: Listener): () => void; readonly listeners: number };

export type LiveSource = {
  read: () => Promise<LiveMessage>;
  /** Which of these sessions go on. */
  sessionsOn: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
};

/**
 * Asks once a second for all who are connected together, and whether they still may know: who has signed out hears no
 * more. The first one to join starts it, and it ends when the last one has left. A question that fails is asked again a
 * second later.
 */
export function createLiveHub({ read, sessionsOn }: LiveSource, everyMs = 1000): LiveHub {
  const listeners = new Set<Listener>();
  let isRunning = false;

  const run = async (): Promise<void> => {
    isRunning = true;
    for (;;) {
      await sleep(everyMs, null, { ref: false });
      if (listeners.size === 0) break;
      const asked = [...listeners];
      const ids = [...new Set(asked.map(({ sessionId }) => sessionId))];
      // Where it fails nothing comes, which the page shows.
      const [message, on] = await Promise.all([read(), sessionsOn(ids)]).catch(() => [null, null]);
      if (message && on) for (const listener of asked) tell(listener, message, on);
    }
    isRunning = false;
  };

  const tell = (listener: Listener, message: LiveMessage, on: ReadonlySet<string>): void => {
    if (!listeners.has(listener)) return;
    const isOn = on.has(listener.sessionId);
    if (!isOn) listeners.delete(listener);
    try {
      if (isOn) listener.send(message);
      else listener.end();
    } catch {
      // A connection that closed meanwhile: the others are told all the same.
      listeners.delete(listener);
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
