"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { liveFeed } from "@/components/live/live-feed";

/**
 * Fetches this page's data again and again while somebody looks at it. Not while the server does not answer, which the
 * live connection knows at once: the router would leave the page then, and what it shows with it.
 */
export function KeepFresh({ everySeconds }: { everySeconds: number }) {
  const router = useRouter();
  useEffect(() => liveFeed.use(), []);
  useEffect(() => {
    const refresh = () => {
      const isSeen = document.visibilityState === "visible";
      if (isSeen && navigator.onLine && liveFeed.current().status !== "lost") router.refresh();
    };
    const timer = setInterval(refresh, everySeconds * 1000);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [router, everySeconds]);
  return null;
}
