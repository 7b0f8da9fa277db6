"use client";

import { clsx } from "clsx";
import { useSyncExternalStore } from "react";
import { LIVE_OFF, type LiveState, liveFeed } from "@/components/live/live-feed";

const WORDS: Record<LiveState["status"], { word: string; dot: string; text: string }> = {
  off: { word: "", dot: "", text: "" },
  connecting: { word: "Connecting", dot: "bg-unknown-fill", text: "text-faint" },
  live: { word: "Live", dot: "bg-allowed-fill", text: "text-muted" },
  paused: { word: "Paused", dot: "bg-unknown-fill", text: "text-faint" },
  hidden: { word: "Paused", dot: "bg-unknown-fill", text: "text-faint" },
  lost: { word: "Reconnecting", dot: "bg-limited-fill", text: "text-limited" },
};

/** Whether this page is being told of requests as they come; nothing where it does not ask to be. */
export function LiveMark() {
  const { status } = useSyncExternalStore(liveFeed.watch, liveFeed.current, () => LIVE_OFF);
  if (status === "off") return null;
  const { word, dot, text } = WORDS[status];
  return (
    <p role="status" className={clsx("flex items-center gap-1.5 text-xs", text)}>
      <span aria-hidden="true" className={clsx("size-2 rounded-full", dot)} />
      <span className="max-md:sr-only">{word}</span>
    </p>
  );
}
