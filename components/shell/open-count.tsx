"use client";

import { clsx } from "clsx";
import { useSyncExternalStore } from "react";
import { LIVE_OFF, liveFeed } from "@/components/live/live-feed";
import { formatCompact, formatCount } from "@/lib/format";

/** Suspicious targets that need a decision, as the server counted them at a time (milliseconds since 1970). */
export type OpenSuspects = { count: number; at: number };

/** How many need a decision, beside the page where it is made: counted with the page, or told since by the live feed. */
export function OpenCount({ open, compact }: { open: OpenSuspects; compact: boolean }) {
  const { suspects } = useSyncExternalStore(liveFeed.watch, liveFeed.current, () => LIVE_OFF);
  const count = suspects && suspects.at > open.at ? suspects.open : open.count;
  if (count === 0) return null;
  return (
    <span
      title={`${formatCount(count)} need a decision`}
      className={clsx(
        "ml-auto inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-suspicious-soft px-1.5 text-xs font-semibold text-suspicious",
        compact &&
          "max-rail:absolute max-rail:top-0 max-rail:right-0 max-rail:h-4 max-rail:min-w-4 max-rail:px-1 max-rail:text-[10px]",
      )}
    >
      {formatCompact(count)}
      <span className="sr-only"> need a decision</span>
    </span>
  );
}
