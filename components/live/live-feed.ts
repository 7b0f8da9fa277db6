import {
  LIVE_REQUESTS,
  LIVE_SECONDS,
  type LiveMessage,
  type LiveRequest,
  type LiveSuspects,
  type SecondCount,
} from "@/components/live/message";

export type LiveState = {
  /** `hidden`: the tab is; `paused`: the reader wants it; `lost`: the server does not answer, and is asked again. */
  status: "off" | "connecting" | "live" | "paused" | "hidden" | "lost";
  /** The server's clock in milliseconds since 1970. */
  now: number;
  seconds: ReadonlyMap<number, SecondCount>;
  requests: readonly LiveRequest[];
  /** As it was told last, also when nobody listens any more; `at` is when, by the server's clock. */
  suspects: (LiveSuspects & { at: number }) | null;
};

export const LIVE_OFF: LiveState = {
  status: "off",
  now: 0,
  seconds: new Map(),
  requests: [],
  suspects: null,
};

/** Takes a message in: counts of a second replace what was known of it, requests are kept once each, newest first. */
export function withMessage(state: LiveState, message: LiveMessage): LiveState {
  const seconds = new Map(state.seconds);
  for (const count of message.seconds) seconds.set(count.second, count);
  const oldest = message.now / 1000 - LIVE_SECONDS;
  for (const second of seconds.keys()) if (second < oldest) seconds.delete(second);
  const byId = new Map([...state.requests, ...message.requests].map((request) => [request.id, request]));
  const requests = [...byId.values()]
    .filter((request) => request.at / 1000 >= oldest)
    .sort((x, y) => (x.id < y.id ? 1 : -1))
    .slice(0, LIVE_REQUESTS);
  const suspects = { ...message.suspects, at: message.now };
  return { status: "live", now: message.now, seconds, requests, suspects };
}

let state = LIVE_OFF;
let source: EventSource | null = null;
let isPaused = false;
const watchers = new Set<() => void>();
const users = new Set<symbol>();

function change(next: LiveState): void {
  state = next;
  for (const watcher of watchers) watcher();
}

/** Opens or closes the one connection of this page, as its readers, the tab and the pause ask for it. */
function settle(): void {
  const isHidden = document.visibilityState === "hidden";
  if (users.size > 0 && !isHidden && !isPaused) {
    open();
    return;
  }
  source?.close();
  source = null;
  const status = users.size === 0 ? "off" : isPaused ? "paused" : "hidden";
  if (state.status !== status)
    change(status === "off" ? { ...LIVE_OFF, suspects: state.suspects } : { ...state, status });
}

function open(): void {
  if (source && source.readyState !== EventSource.CLOSED) return;
  change({ ...state, status: "connecting" });
  const opened = new EventSource("/api/live");
  source = opened;
  opened.onmessage = (event) => change(withMessage(state, JSON.parse(event.data) as LiveMessage));
  opened.onerror = () => {
    change({ ...state, status: "lost" });
    // The browser reconnects by itself unless the server refused: then it is asked again in a while.
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => source === opened && settle(), 10_000);
  };
}

export const liveFeed = {
  current: (): LiveState => state,
  watch(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  /** Keeps the connection open until the function that it returns is called. */
  use(): () => void {
    const user = Symbol();
    users.add(user);
    if (users.size === 1) document.addEventListener("visibilitychange", settle);
    settle();
    return () => {
      users.delete(user);
      if (users.size === 0) document.removeEventListener("visibilitychange", settle);
      settle();
    };
  },
  setPaused(paused: boolean): void {
    isPaused = paused;
    settle();
  },
};
