import { createLiveHub, type LiveHub } from "@/app/api/live/hub";
import { userOf } from "@/app/session";
import { LIVE_REQUESTS, LIVE_SECONDS, type LiveMessage } from "@/components/live/message";
import { database } from "@/db/client";
import { countBySecond, latestRequests, type RequestRow } from "@/db/request-logs";
import { sessionsOn } from "@/db/sessions";
import { readSuspicionPulse } from "@/db/suspicious-ips";
import { handleOf } from "@/lib/request-filter";

export const dynamic = "force-dynamic";

/** Seconds in which the event of a request still comes in: doors send in batches. */
const LATE_SECONDS = 20;
/** Then the browser connects anew. */
const CONNECTION_MS = 5 * 60_000;

async function readLive(seconds: number): Promise<LiveMessage> {
  const now = Date.now();
  // To the end of this minute: a door's clock may be ahead of ours.
  const span = { from: new Date(now - seconds * 1000), to: new Date(now + 60_000) };
  const [counts, rows, { open, detectedAt }] = await Promise.all([
    countBySecond(database(), span),
    latestRequests(database(), span, LIVE_REQUESTS),
    readSuspicionPulse(database()),
  ]);
  // The first second is there in part only, and would replace what is known of it.
  const first = Math.ceil(span.from.getTime() / 1000);
  return {
    now,
    seconds: counts.filter((count) => count.second >= first),
    requests: rows.map(liveRequest),
    suspects: { open, detectedAt: detectedAt?.getTime() ?? null },
  };
}

function liveRequest(row: RequestRow): LiveMessage["requests"][number] {
  const { id, method, path, status, verdict, countryCode } = row;
  const shown = { id, method, path: path.slice(0, 120), status, verdict, countryCode };
  return { ...shown, at: row.at.getTime(), handle: handleOf(row) };
}

// Kept on globalThis: a hot reload would otherwise leave a hub behind that still asks.
const shared = globalThis as { gatehouseLive?: LiveHub };

/** Server-sent events: what came in, once a second, for as long as a signed-in user looks. */
export async function GET(request: Request): Promise<Response> {
  const user = await userOf(request.headers);
  if (!user) {
    return Response.json({ error: "Sign in to see requests as they come." }, { status: 401 });
  }
  shared.gatehouseLive ??= createLiveHub({
    read: () => readLive(LATE_SECONDS),
    sessionsOn: (ids) => sessionsOn(database(), ids),
  });
  const hub = shared.gatehouseLive;
  const text = new TextEncoder();
  let leave = () => {};
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (message: LiveMessage) =>
        controller.enqueue(text.encode(`data: ${JSON.stringify(message)}\n\n`));
      const close = () => {
        leave();
        if (!request.signal.aborted) controller.close();
      };
      controller.enqueue(text.encode("retry: 2000\n\n"));
      send(await readLive(LIVE_SECONDS));
      if (request.signal.aborted) return;
      const leaveHub = hub.join({ sessionId: user.sessionId, send, end: close });
      const timer = setTimeout(close, CONNECTION_MS);
      leave = () => {
        clearTimeout(timer);
        leaveHub();
      };
      request.signal.addEventListener("abort", () => leave(), { once: true });
    },
    cancel: () => leave(),
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
