"use client";

import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore, useTransition } from "react";
import { LIVE_OFF, liveFeed } from "@/components/live/live-feed";
import { Button } from "@/components/ui/button";

/** At most so often the list is read anew by itself. */
const PAUSE_MS = 3000;

/**
 * Keeps the list up to date while detection finds more. A list that somebody works in does not move under the hand: then
 * it only says that there is more.
 */
export function LiveCases({
  readAt,
  open = null,
  isList = true,
  children,
}: {
  /** When the list was read, by the server's clock. */
  readAt: number;
  /** How many were open then, where that counts. */
  open?: number | null;
  /** False where nothing is shown that could move. */
  isList?: boolean;
  children: ReactNode;
}) {
  const router = useRouter();
  const frame = useRef<HTMLDivElement>(null);
  const refreshedAt = useRef(0);
  const { suspects } = useSyncExternalStore(liveFeed.watch, liveFeed.current, () => LIVE_OFF);
  const [isPending, startTransition] = useTransition();
  const [isHeld, setHeld] = useState(false);
  useEffect(() => liveFeed.use(), []);

  const isCountOld = open !== null && suspects !== null && suspects.at > readAt && suspects.open !== open;
  const isBehind = isCountOld || (suspects?.detectedAt ?? 0) > readAt;
  useEffect(() => {
    if (!isBehind) return setHeld(false);
    const look = () => {
      const isBusy = isList && isInUse(frame.current);
      setHeld(isBusy);
      timer = setTimeout(look, PAUSE_MS);
      if (isBusy) return;
      refreshedAt.current = Date.now();
      startTransition(() => router.refresh());
    };
    let timer = setTimeout(look, Math.max(0, refreshedAt.current + PAUSE_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [isBehind, isList, router]);

  return (
    <div ref={frame}>
      {isBehind && isHeld && (
        <p
          role="status"
          className="flex items-center gap-3 border-b border-line bg-suspicious-soft px-4 py-2 text-suspicious"
        >
          Detection has found more since.
          <Button size="small" disabled={isPending} onClick={() => startTransition(() => router.refresh())}>
            <RefreshCw className="size-3.5" aria-hidden="true" />
            Show it
          </Button>
        </p>
      )}
      {children}
    </div>
  );
}

/** Whether somebody points at the list, has the keyboard in it, has chosen something or has a dialog open. */
function isInUse(frame: HTMLElement | null): boolean {
  if (!frame) return true;
  if (document.querySelector("[role=dialog], [role=menu]")) return true;
  return (
    frame.matches(":hover") ||
    frame.contains(document.activeElement) ||
    frame.querySelector(":checked[type=checkbox]") !== null
  );
}
