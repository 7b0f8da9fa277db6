"use client";

import { Pause, Play } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { LiveBars } from "@/components/live/live-bars";
import { LIVE_OFF, type LiveState, liveFeed } from "@/components/live/live-feed";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CountryBadge } from "@/components/ui/country";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { VerdictMark } from "@/components/ui/verdict";
import { formatCount, formatPlural } from "@/lib/format";

/** The last five minutes as they go on: how many, how they were answered, and the latest requests. */
export function LivePanel() {
  const state = useSyncExternalStore(liveFeed.watch, liveFeed.current, () => LIVE_OFF);
  useEffect(() => liveFeed.use(), []);
  const isPaused = state.status === "paused";
  const Icon = isPaused ? Play : Pause;
  const toggle = (
    <Button look="bare" size="small" aria-pressed={isPaused} onClick={() => liveFeed.setPaused(!isPaused)}>
      <Icon className="size-4" aria-hidden="true" />
      {isPaused ? "Go on" : "Pause"}
    </Button>
  );
  return (
    <Card title="Live: the last 5 minutes" aside={toggle} className="h-full">
      <p className="mb-2 text-xs text-muted">
        <LiveSentence state={state} />
      </p>
      <LiveBars seconds={state.seconds} now={state.now} />
      <LiveRequests state={state} />
    </Card>
  );
}

function LiveSentence({ state }: { state: LiveState }) {
  if (state.now === 0) {
    return state.status === "lost" ? "The server does not answer yet. It is asked again." : "Connecting …";
  }
  let requests = 0;
  let refused = 0;
  for (const { allowed, blocked, limited } of state.seconds.values()) {
    requests += allowed + blocked + limited;
    refused += blocked + limited;
  }
  return (
    <>
      <span className="font-medium text-ink">{formatPlural(requests, "request")}</span>,{" "}
      {refused === 0 ? "none refused" : `${formatCount(refused)} refused`}
      {state.status === "lost" && <span className="text-limited"> · reconnecting</span>}
    </>
  );
}

function LiveRequests({ state }: { state: LiveState }) {
  if (state.requests.length === 0) {
    const isReady = state.now > 0;
    return (
      <p className="mt-3 min-h-49 text-xs max-xl:min-h-0 text-faint">
        {isReady ? "Nobody came in the last 5 minutes. The next request appears here by itself." : ""}
      </p>
    );
  }
  return (
    <ol className="mt-3 -mb-1 h-49 overflow-hidden">
      {state.requests.map((request) => (
        <li key={request.id}>
          <Link
            href={`/requests?id=${request.id}`}
            title={`${request.handle} · ${request.method} ${request.path}`}
            className="-mx-2 flex h-7 items-center gap-2 rounded px-2 text-xs hover:bg-sunken"
          >
            <span className="text-faint">
              <Time at={request.at} style="time" />
            </span>
            <VerdictMark verdict={request.verdict} />
            <CountryBadge code={request.countryCode} />
            <span className="truncate font-mono">
              {request.method !== "GET" && <span className="text-muted">{request.method} </span>}
              {request.path}
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
